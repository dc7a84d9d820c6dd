package io.echelon.deploycli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time on the command line. */
final class Span {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)?");

    private Span() {}

    /** The milliseconds of a span such as {@code 30s}; a bare number is milliseconds. */
    static long millis(String option, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "%s \"%s\" is no span of time; write 500 (milliseconds), 30s, 10m, 1h or 7d"
                            .formatted(option, text));
        }
        long count = Long.parseLong(form.group(1));
        String unit = form.group(2) == null ? "ms" : form.group(2);
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count).toMillis();
            case "m" -> Duration.ofMinutes(count).toMillis();
            case "h" -> Duration.ofHours(count).toMillis();
            case "d" -> Duration.ofDays(count).toMillis();
            default -> count;
        };
    }
}
