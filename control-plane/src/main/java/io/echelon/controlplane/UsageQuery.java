package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageRows;
import io.echelon.tenants.UsageStep;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which usage somebody asks for.
 *
 * @param app null is all of the tenant
 * @param revision the number of one of the app's; null is all
 * @param from the begin of the first step
 * @param to the end of the last step
 */
record UsageQuery(
        TenantName tenant,
        @Nullable AppName app,
        @Nullable Integer revision,
        Instant from,
        Instant to,
        UsageStep step) {
    /** Steps of one answer, those of all its series together. */
    static final int POINTS_MAX = 10_000;

    /**
     * Reads query parameters; all may be absent.
     *
     * @param from a moment or a span before now
     * @param to the same
     */
    static UsageQuery of(
            TenantName tenant,
            @Nullable String app,
            @Nullable String revision,
            @Nullable String from,
            @Nullable String to,
            @Nullable String step,
            Instant now) {
        if (revision != null && app == null) {
            throw refuse("revision is given without app; name the app that the revision is of");
        }
        UsageStep steps = step == null ? UsageStep.HOUR : UsageStep.of(step);
        Instant end = end(Query.moment("to", to, now), steps, now);
        Instant asked = Query.moment("from", from, now);
        Instant begin = steps.begin(asked == null ? end.minus(usual(steps)) : asked);
        if (!begin.isBefore(end)) {
            throw refuse("from is %s; it must be before to, which is %s".formatted(begin, end));
        }
        if (begin.isBefore(steps.begin(now).minus(steps.kept()))) {
            throw refuse(
                    "from is %s; %ss are kept for %s only: ask for what is newer%s"
                            .formatted(
                                    begin,
                                    steps.wireName(),
                                    span(steps.kept()),
                                    steps == UsageStep.DAY ? "" : ", or for a longer step"));
        }
        return new UsageQuery(
                tenant,
                app == null ? null : new AppName(app),
                revision == null ? null : RevisionId.parseLabel(revision),
                begin,
                end,
                steps);
    }

    /** How many steps there are. */
    int points() {
        return (int) Duration.between(from, to).dividedBy(step.length());
    }

    /** The place of a step among them. */
    int index(Instant begin) {
        return (int) Duration.between(from, begin).dividedBy(step.length());
    }

    /** The begin of a step. */
    Instant time(int index) {
        return from.plus(step.length().multipliedBy(index));
    }

    /** The app whose rows are asked for, as their keys have it. */
    String appInRows() {
        return app == null ? UsageRows.WHOLE_TENANT : app.value();
    }

    /** The end of the last step, which is that of now at the latest. */
    private static Instant end(@Nullable Instant to, UsageStep step, Instant now) {
        Instant last = step.begin(now).plus(step.length());
        if (to == null || !to.isBefore(last)) {
            return last;
        }
        Instant begin = step.begin(to);
        return begin.equals(to) ? to : begin.plus(step.length());
    }

    private static Duration usual(UsageStep step) {
        return switch (step) {
            case MINUTE -> Duration.ofHours(1);
            case HOUR -> Duration.ofDays(1);
            case DAY -> Duration.ofDays(30);
        };
    }

    private static String span(Duration kept) {
        return kept.toDays() > 0 ? kept.toDays() + " days" : kept.toHours() + " hours";
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
