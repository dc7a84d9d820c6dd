package io.echelon.controlplane;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.echelon.tenants.ErrorCode;
import java.util.List;

/** What a caller gets instead of an answer. */
public record ApiError(Detail error) {

    /**
     * Why.
     *
     * @param code the name of an {@link ErrorCode}
     * @param message what was refused, the limit, the actual value and the way out
     * @param requestId under which the log has more, when there is more
     * @param missing hashes of blobs that have to be uploaded first; left out when there are none
     */
    public record Detail(
            String code,
            String message,
            String requestId,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> missing) {}

    static ApiError of(ErrorCode code, String message, String requestId) {
        return of(code, message, requestId, List.of());
    }

    static ApiError of(ErrorCode code, String message, String requestId, List<String> missing) {
        return new ApiError(new Detail(code.name(), message, requestId, missing));
    }
}
