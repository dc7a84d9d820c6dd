package io.echelon.cron;

import io.echelon.cron.CronState.Activity;
import io.echelon.kvstore.KvDatabase;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What people ask of crons: what they are, how they ran, that they pause, go on, or run now.
 *
 * <p><b>Failure.</b> An {@link EchelonException}, UNAVAILABLE when the store does not answer.
 *
 * <p><b>Thread safety.</b> May be used from any thread; blocks.
 */
public final class CronAdministration {
    private static final int TRIES = 20;

    private final CronStore store;

    /**
     * @param system the database of the platform's own rows
     */
    public CronAdministration(KvDatabase system) {
        this.store = new CronStore(system);
    }

    /**
     * How a cron stands.
     *
     * @param underWay how many of its fires have begun and not ended
     */
    public record Standing(Activity activity, int underWay) {}

    /**
     * Runs of a cron.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record RunPage(List<CronRun> runs, @Nullable String cursor) {}

    /** The crons of a revision; none before a node has warmed it. */
    public RevisionCrons declared(RevisionId revision) {
        return store.declared(revision);
    }

    /** How many crons each revision of a tenant has, of those that have any. */
    public Map<RevisionId, Integer> counts(TenantName tenant) {
        return store.counts(tenant);
    }

    /**
     * What a revision declares from now on, and for all nodes: what the first node to warm it
     * found.
     */
    public RevisionCrons declare(RevisionId revision, RevisionCrons found) {
        return store.declare(revision, found);
    }

    public Standing standing(CronId id) {
        CronStore.Seen seen = store.read(id);
        return new Standing(seen.state().activity(), seen.underWay().size());
    }

    /**
     * The last runs of a cron, newest first.
     *
     * @param most 1 to {@link io.echelon.tenants.Limits#CRON_RUNS_KEPT}
     * @param cursor of the page before; null is the first page
     */
    public RunPage runs(CronId id, int most, @Nullable String cursor) {
        return store.runs(id, most, cursor);
    }

    /**
     * Stops a cron from firing until it is resumed; runs under way go on.
     *
     * @param check told whether it fires now; what it throws is thrown, and changes nothing
     */
    public void pause(CronId id, Consumer<Activity> check) {
        change(id, check, CronState::pause);
    }

    /**
     * Lets a cron fire again; what would have fired meanwhile is not made up for.
     *
     * @param check told whether it fires now; what it throws is thrown, and changes nothing
     */
    public void resume(CronId id, Instant now, Consumer<Activity> check) {
        change(id, check, state -> state.activity() == Activity.PAUSED ? state.resume(now) : state);
    }

    /** Has a cron run now, by some node, even when it is paused or runs already. */
    public CronTrigger trigger(CronId id, Instant scheduledTime) {
        CronTrigger trigger = new CronTrigger(id, UUID.randomUUID().toString(), scheduledTime);
        store.ask(trigger);
        return trigger;
    }

    /** Removes what a revision declares, which is gone. */
    public void forget(RevisionId revision) {
        store.forget(revision);
    }

    /** Removes all rows of an app's crons. */
    public void forget(TenantName tenant, AppName app) {
        store.forget(tenant, app);
    }

    private void change(CronId id, Consumer<Activity> check, UnaryOperator<CronState> change) {
        for (int i = 0; i < TRIES; i++) {
            CronStore.Seen seen = store.read(id);
            check.accept(seen.state().activity());
            if (store.write(id, seen, change.apply(seen.state()))) {
                return;
            }
        }
        throw new EchelonException(
                ErrorCode.CONFLICT,
                "Cron \"%s\" is changing all the time; try again".formatted(id.name()));
    }
}
