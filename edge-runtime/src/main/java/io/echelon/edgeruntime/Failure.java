package io.echelon.edgeruntime;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;

/** The body of an answer that the platform gives in a function's stead. */
record Failure(@JsonProperty("error") Detail detail) {
    /** The one thing in it. */
    record Detail(String code, String message, String requestId) {}

    static byte[] json(ErrorCode code, String message, String requestId) {
        return Json.bytes(new Failure(new Detail(code.name(), message, requestId)));
    }
}
