package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.List;

/** The refusal of a revision some of whose files are not stored. */
final class MissingBlobsException extends EchelonException {
    private static final long serialVersionUID = 1L;
    private static final int NAMED = 5;

    private final transient List<String> missing;

    MissingBlobsException(List<String> missing) {
        super(
                ErrorCode.INVALID_BUNDLE,
                "%,d of the bundle's files are not stored: %s%s. Upload each by PUT …/blobs/{sha256} and send the manifest again"
                        .formatted(
                                missing.size(),
                                String.join(
                                        ", ", missing.subList(0, Math.min(NAMED, missing.size()))),
                                missing.size() > NAMED ? " …" : ""));
        this.missing = List.copyOf(missing);
    }

    /** Hashes of the blobs to be uploaded. */
    List<String> missing() {
        return missing;
    }
}
