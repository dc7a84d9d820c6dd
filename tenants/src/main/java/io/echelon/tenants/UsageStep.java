package io.echelon.tenants;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/** The spans by which usage is counted; each begins at a whole one of UTC. */
public enum UsageStep {
    MINUTE(Duration.ofMinutes(1), Duration.ofHours(3)),
    HOUR(Duration.ofHours(1), Duration.ofDays(35)),
    DAY(Duration.ofDays(1), Duration.ofDays(400));

    private final Duration length;
    private final Duration kept;

    UsageStep(Duration length, Duration kept) {
        this.length = length;
        this.kept = kept;
    }

    /** The name in the API and on the command line. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Duration length() {
        return length;
    }

    /** How long after its begin a row of this step is kept. */
    public Duration kept() {
        return kept;
    }

    /** The begin of the step in which a moment lies. */
    public Instant begin(Instant moment) {
        long seconds = length.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(moment.getEpochSecond(), seconds) * seconds);
    }

    /** The step of a name; refuses what is not one. */
    public static UsageStep of(String name) {
        return Arrays.stream(values())
                .filter(step -> step.wireName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.INVALID_ARGUMENT,
                                        "step is \"%s\"; it must be minute, hour or day"
                                                .formatted(Names.abbreviated(name))));
    }
}
