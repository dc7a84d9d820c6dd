package io.echelon.kvstore.ratis;

import org.jspecify.annotations.Nullable;

/** What one member asks another, whatever the role of either is. */
enum Question {
    /** Which term it is in. */
    TERM(1),
    /** Up to which entry is committed, confirmed by a majority; only a leader answers. */
    INDEX(2),
    /** What the last entry of its log is. */
    LAST_ENTRY(3);

    private final byte code;

    Question(int code) {
        this.code = (byte) code;
    }

    /** As it is sent. */
    byte[] encoded() {
        return new byte[] {code};
    }

    /** The question that was sent; null when it is not known. */
    static @Nullable Question of(byte[] encoded) {
        for (Question question : values()) {
            if (encoded.length == 1 && encoded[0] == question.code) {
                return question;
            }
        }
        return null;
    }
}
