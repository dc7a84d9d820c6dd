package io.echelon.edgeruntime;

import com.fasterxml.jackson.databind.ObjectReader;
import io.echelon.cron.DeclaredCron;
import io.echelon.cron.RevisionCrons;
import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventKind;
import io.echelon.tenants.CronOverlap;
import io.echelon.tenants.CronSpec;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.MissedFires;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the crons of a revision that was warmed: its configuration's, and those of its code. */
final class DeclaredCrons {
    private static final int OPTIONS_MAX_CHARS = 4_096;
    private static final ObjectReader OPTIONS = Json.mapper().readerFor(Options.class);

    /** What a module asks for along with a cron; hostile. */
    private record Options(
            @Nullable String schedule,
            @Nullable String timezone,
            @Nullable CronOverlap overlap,
            @Nullable MissedFires missed,
            @Nullable Integer jitterMs,
            @Nullable List<Integer> backoffSchedule,
            @Nullable Integer deadlineMs) {}

    private DeclaredCrons() {}

    /**
     * @param handlers what the revision was found to have
     * @throws EchelonException INVALID_CONFIGURATION when a cron has no handler, or is none
     */
    static RevisionCrons of(Manifest manifest, List<EventHandler> handlers) {
        List<DeclaredCron> crons = new ArrayList<>();
        for (CronSpec spec : manifest.crons()) {
            if (handlers.stream().noneMatch(handler -> handler.kind() == EventKind.SCHEDULED)) {
                throw refuse(
                        "The configuration has the cron \"%s\", but %s exports no handler \"scheduled\"; write export default { async scheduled(event, env, ctx) { … } }"
                                .formatted(spec.name(), manifest.main()));
            }
            crons.add(DeclaredCron.configured(spec));
        }
        for (EventHandler handler : handlers) {
            if (handler.kind() == EventKind.CRON) {
                crons.add(DeclaredCron.registered(registered(handler)));
            }
        }
        return RevisionCrons.checked(crons);
    }

    private static CronSpec registered(EventHandler handler) {
        if (handler.options().length() > OPTIONS_MAX_CHARS) {
            throw refuse(
                    "The options of cron \"%s\" are %,d characters; at most %,d are allowed"
                            .formatted(
                                    handler.name(), handler.options().length(), OPTIONS_MAX_CHARS));
        }
        @Nullable Options options; // null when the text is
        try {
            options = OPTIONS.readValue(handler.options());
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The options of cron \"%s\" are not what Deno.cron takes: timezone is a text, overlap is \"skip\", \"queue\" or \"allow\", missed is \"skip\", \"one\" or \"all\", jitterMs and deadlineMs are whole numbers"
                            .formatted(handler.name()),
                    e);
        }
        String schedule = options == null ? null : options.schedule();
        if (schedule == null) {
            throw refuse("Cron \"%s\" has no schedule".formatted(handler.name()));
        }
        return new CronSpec(
                handler.name(),
                schedule,
                options.timezone(),
                options.overlap(),
                options.missed(),
                options.jitterMs(),
                options.backoffSchedule(),
                options.deadlineMs());
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_CONFIGURATION, message);
    }
}
