package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How many requests an isolate may serve. */
public enum Isolation {
    /** One: no other request has ever touched it and none will after. */
    @JsonProperty("request")
    REQUEST,
    /** Several of the same revision, at the same time too; module state lives on between them. */
    @JsonProperty("revision")
    REVISION
}
