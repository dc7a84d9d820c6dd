package io.echelon.controlplane;

import io.echelon.cron.Cron;
import io.echelon.cron.CronAdministration;
import io.echelon.cron.CronAdministration.Standing;
import io.echelon.cron.CronId;
import io.echelon.cron.CronRun;
import io.echelon.cron.CronState.Activity;
import io.echelon.cron.CronTrigger;
import io.echelon.cron.DeclaredCron;
import io.echelon.cron.Schedule;
import io.echelon.cron.Weekdays;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NearestName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The crons of apps, as people look at them and change them. */
@Singleton
final class CronService {
    private final SystemDatabase database;
    private final AppService apps;
    private final CronAdministration crons;
    private final InstantSource clock;

    CronService(
            SystemDatabase database,
            AppService apps,
            CronAdministration crons,
            InstantSource clock) {
        this.database = database;
        this.apps = apps;
        this.crons = crons;
        this.clock = clock;
    }

    CronViews.Crons list(
            TenantName tenant, AppName app, @Nullable String limit, @Nullable String cursor) {
        Part<Cron> part = Part.of(inForce(tenant, app), cron -> cron.id().name(), limit, cursor);
        return new CronViews.Crons(part.items().stream().map(this::view).toList(), part.cursor());
    }

    /** A cron; its tag is that of whether it fires, and of which revision's it is. */
    Tagged<CronViews.Cron> get(TenantName tenant, AppName app, String name) {
        Cron cron = require(tenant, app, name);
        CronViews.Cron view = view(cron);
        return new Tagged<>(view, tag(cron, view.state()));
    }

    private static EntityTag tag(Cron cron, String state) {
        return new EntityTag(cron.revision().label() + "-" + state);
    }

    /** The last runs; those of a cron that is no longer in force too. */
    CronViews.Runs runs(
            TenantName tenant, AppName app, String name, int limit, @Nullable String cursor) {
        apps.require(tenant, app);
        CronAdministration.RunPage page = crons.runs(new CronId(tenant, app, name), limit, cursor);
        if (page.runs().isEmpty() && cursor == null) {
            var _ = require(tenant, app, name);
        }
        return new CronViews.Runs(
                page.runs().stream().map(CronViews.Run::of).toList(), page.cursor());
    }

    Tagged<CronViews.Cron> pause(TenantName tenant, AppName app, String name, IfMatch ifMatch) {
        Cron cron = require(tenant, app, name);
        crons.pause(cron.id(), activity -> requireSeen(cron, activity, ifMatch));
        return get(tenant, app, name);
    }

    Tagged<CronViews.Cron> resume(TenantName tenant, AppName app, String name, IfMatch ifMatch) {
        Cron cron = require(tenant, app, name);
        crons.resume(cron.id(), clock.instant(), activity -> requireSeen(cron, activity, ifMatch));
        return get(tenant, app, name);
    }

    private static void requireSeen(Cron cron, Activity activity, IfMatch ifMatch) {
        ifMatch.require(tag(cron, word(activity)), "Cron \"%s\"".formatted(cron.id().name()));
    }

    private static String word(Activity activity) {
        return activity.name().toLowerCase(Locale.ROOT);
    }

    CronViews.Triggered trigger(
            TenantName tenant, AppName app, String name, @Nullable String scheduledTime) {
        CronTrigger trigger =
                crons.trigger(
                        require(tenant, app, name).id(),
                        time("scheduledTime", scheduledTime, clock.instant()));
        return new CronViews.Triggered(trigger.fire(), trigger.scheduledTime());
    }

    /**
     * The next times of a schedule.
     *
     * @param count 1 to 1,000
     */
    CronViews.Explained explain(
            String schedule,
            @Nullable String timezone,
            @Nullable String weekdays,
            @Nullable String after,
            int count) {
        ZoneId zone = zone(timezone);
        Schedule parsed = Schedule.parse(schedule, weekdays(weekdays));
        return new CronViews.Explained(
                schedule,
                name(zone),
                parsed.next(time("after", after, clock.instant()), zone, count));
    }

    private CronViews.Cron view(Cron cron) {
        Standing standing = crons.standing(cron.id());
        List<CronRun> last = crons.runs(cron.id(), 1, null).runs();
        boolean active = standing.activity() == Activity.ACTIVE;
        return new CronViews.Cron(
                cron.id().name(),
                cron.schedule().text(),
                name(cron.zone()),
                cron.isRegistered() ? "Deno.cron" : "edge.json",
                cron.revision().label(),
                word(standing.activity()),
                standing.underWay(),
                active ? cron.schedule().next(clock.instant(), cron.zone()) : null,
                last.isEmpty() ? null : CronViews.Run.of(last.getFirst()));
    }

    private Cron require(TenantName tenant, AppName app, String name) {
        List<Cron> inForce = inForce(tenant, app);
        return inForce.stream()
                .filter(cron -> cron.id().name().equals(name))
                .findFirst()
                .orElseThrow(() -> notFound(app, name, inForce));
    }

    private static EchelonException notFound(AppName app, String name, List<Cron> inForce) {
        String shown = name.length() > 64 ? name.substring(0, 64) + "…" : name;
        return new EchelonException(
                ErrorCode.NOT_FOUND,
                inForce.isEmpty()
                        ? "The revision that app \"%s\" serves has no crons".formatted(app)
                        : "App \"%s\" has no cron \"%s\"; did you mean \"%s\"?"
                                .formatted(
                                        app,
                                        shown,
                                        NearestName.of(
                                                shown,
                                                inForce.stream()
                                                        .map(cron -> cron.id().name())
                                                        .toList())));
    }

    private List<Cron> inForce(TenantName tenant, AppName app) {
        apps.require(tenant, app);
        RouteRecord route =
                database.get(SystemRows.route(tenant, app), RouteRecord.class)
                        .map(SystemDatabase.Row::value)
                        .orElse(null);
        if (route == null) {
            return List.of();
        }
        RevisionId revision = route.target();
        List<DeclaredCron> declared = crons.declared(revision).crons();
        return declared.stream().map(cron -> Cron.of(cron, revision, route.changedAt())).toList();
    }

    private static Weekdays weekdays(@Nullable String text) {
        return switch (text) {
            case null -> Weekdays.FROM_ZERO;
            case "edge" -> Weekdays.FROM_ZERO;
            case "deno" -> Weekdays.FROM_ONE;
            default ->
                    throw new EchelonException(
                            ErrorCode.INVALID_ARGUMENT,
                            "weekdays must be edge (0 and 7 are Sunday) or deno (1 is Sunday)");
        };
    }

    private static ZoneId zone(@Nullable String text) {
        try {
            return ZoneId.of(text == null ? "UTC" : text);
        } catch (DateTimeException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "timezone must be an IANA name such as Europe/Berlin",
                    e);
        }
    }

    private static String name(ZoneId zone) {
        return zone.getId().equals("Z") ? "UTC" : zone.getId();
    }

    private static Instant time(String name, @Nullable String text, Instant now) {
        if (text == null) {
            return now;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s must be a time such as 2026-03-29T01:30:00Z".formatted(name),
                    e);
        }
    }
}
