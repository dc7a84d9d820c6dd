package io.echelon.kvstore.ratis;

import java.io.IOException;

/** A member leads but cannot take requests yet; what it was asked for was certainly not done. */
final class NotReadyException extends IOException {
    private static final long serialVersionUID = 1L;

    NotReadyException(String message) {
        super(message);
    }
}
