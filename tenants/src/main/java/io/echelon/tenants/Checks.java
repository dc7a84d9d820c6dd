package io.echelon.tenants;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Refusals that several records share. */
final class Checks {
    private Checks() {}

    static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s is %,d; it must be from %,d to %,d".formatted(name, value, min, max));
        }
    }

    static void environment(Map<String, String> env) {
        range("The number of env entries", env.size(), 0, Limits.ENV_MAX_ENTRIES);
        env.forEach(
                (name, value) -> {
                    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                        throw new EchelonException(
                                ErrorCode.INVALID_CONFIGURATION,
                                "env name \"%s\" is empty or has = or a zero byte".formatted(name));
                    }
                    range(
                            "The length of env name " + name,
                            utf8(name),
                            1,
                            Limits.ENV_NAME_MAX_BYTES);
                    range(
                            "The size in bytes of env value " + name,
                            utf8(value),
                            0,
                            Limits.ENV_VALUE_MAX_BYTES);
                });
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
