package io.echelon.tenants;

/**
 * A schedule that a function's configuration names.
 *
 * @param name 1 to {@link Limits#CRON_NAME_MAX_CHARS} characters
 * @param schedule a cron expression, read by the module {@code cron}
 */
public record CronSpec(String name, String schedule) {
    public CronSpec {
        if (name.isEmpty() || name.length() > Limits.CRON_NAME_MAX_CHARS) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "Cron name \"%s\" is %d characters; from 1 to %d are allowed"
                            .formatted(name, name.length(), Limits.CRON_NAME_MAX_CHARS));
        }
    }
}
