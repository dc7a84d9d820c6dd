package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How serious a log line is; the console's own names. */
public enum LogLevel {
    @JsonProperty("debug")
    DEBUG,
    @JsonProperty("info")
    INFO,
    @JsonProperty("warn")
    WARN,
    @JsonProperty("error")
    ERROR
}
