package io.echelon.cron;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvAnswers;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvPage;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.ListOptions;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rows of crons as nodes change them: every change is one commit that checks what it was
 * decided by.
 *
 * <p><b>Failure.</b> An {@link EchelonException}; after UNAVAILABLE a commit may or may not have
 * happened.
 *
 * <p><b>Thread safety.</b> May be used from any thread; blocks.
 */
final class CronStore {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LEASES_READ = 200;
    private static final int DELETES = 200;

    /** A fire under way, as it was read or written. */
    record Held(CronLease lease, Versionstamp version) {}

    /** A cron's rows, from one snapshot. */
    record Seen(CronState state, @Nullable Versionstamp version, List<CronLease> underWay) {}

    private final KvDatabase database;

    CronStore(KvDatabase database) {
        this.database = database;
    }

    Seen read(CronId id) {
        KvSelector leases = KvSelector.prefix(CronRows.leases(id));
        List<List<KvEntry>> rows =
                await(
                        database.read(
                                List.of(
                                        RangeRead.of(CronRows.state(id)),
                                        new RangeRead(
                                                leases.first(),
                                                leases.afterLast(),
                                                LEASES_READ,
                                                Order.FORWARD)),
                                Consistency.STRONG));
        List<CronLease> underWay = new ArrayList<>();
        for (KvEntry entry : rows.get(1)) {
            underWay.add(held(entry).lease());
        }
        if (rows.getFirst().isEmpty()) {
            return new Seen(CronState.NEW, null, underWay);
        }
        KvEntry state = rows.getFirst().getFirst();
        return new Seen(
                Json.read(state.value().data(), CronState.class), state.versionstamp(), underWay);
    }

    /** All fires under way. */
    List<Held> underWay() {
        return await(database.listAll(KvSelector.prefix(CronRows.leases()))).stream()
                .map(CronStore::held)
                .toList();
    }

    /** Runs that were asked for and that nobody has taken. */
    List<CronTrigger> triggers() {
        return await(database.listAll(KvSelector.prefix(CronRows.triggers()))).stream()
                .map(entry -> Json.read(entry.value().data(), CronTrigger.class))
                .toList();
    }

    /** Takes a fire that is due; null when somebody else decided something meanwhile. */
    @Nullable Held claim(Seen seen, CronState decided, CronLease lease, CronRun run) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        CronState state = decided.countRun();
        write.check(CronRows.state(lease.cron()), seen.version())
                .set(CronRows.state(lease.cron()), value(state));
        return begin(write, state, lease, run);
    }

    /** Takes a run that was asked for; null when somebody else took it. */
    @Nullable Held claim(CronTrigger trigger, Seen seen, CronLease lease, CronRun run) {
        KvKey key = CronRows.trigger(trigger);
        KvEntry row = await(database.get(key)).orElse(null);
        if (row == null) {
            return null;
        }
        AtomicWrite.Builder write = AtomicWrite.builder();
        CronState state = seen.state().countRun();
        write.check(key, row.versionstamp())
                .delete(key)
                .check(CronRows.state(lease.cron()), seen.version())
                .set(CronRows.state(lease.cron()), value(state));
        return begin(write, state, lease, run);
    }

    /** Writes down that fires are not run; false when somebody else decided something meanwhile. */
    boolean pass(CronId id, Seen seen, CronState decided, CronRun row) {
        CronState state = decided.countRun();
        AtomicWrite.Builder write = AtomicWrite.builder();
        write.check(CronRows.state(id), seen.version()).set(CronRows.state(id), value(state));
        write(write, id, state, row);
        return commit(write) != null;
    }

    /**
     * Begins the next attempt of a fire; null when its lease or the cron's state is not what was
     * read.
     *
     * @param lost the row of the attempt that was lost with its node; null when none was
     */
    @Nullable Held attempt(
            Held before, Seen seen, CronLease lease, CronRun run, @Nullable CronRun lost) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        CronState state = seen.state().countRun();
        write.check(CronRows.lease(lease.cron(), lease.fire()), before.version())
                .check(CronRows.state(lease.cron()), seen.version())
                .set(CronRows.state(lease.cron()), value(state));
        if (lost != null) {
            write.set(CronRows.run(lease.cron(), lost.number()), value(lost));
        }
        return begin(write, state, lease, run);
    }

    /** Writes a lease anew; null when it is not what was written last. */
    @Nullable Held renew(Held before, CronLease lease) {
        KvKey key = CronRows.lease(lease.cron(), lease.fire());
        Versionstamp version =
                commit(AtomicWrite.builder().check(key, before.version()).set(key, value(lease)));
        return version == null ? null : new Held(lease, version);
    }

    /** Ends an attempt after which the fire goes on; null when the lease was lost. */
    @Nullable Held pauseFire(Held before, CronLease lease, CronRun run) {
        KvKey key = CronRows.lease(lease.cron(), lease.fire());
        Versionstamp version =
                commit(
                        AtomicWrite.builder()
                                .check(key, before.version())
                                .set(key, value(lease))
                                .set(CronRows.run(lease.cron(), run.number()), value(run)));
        return version == null ? null : new Held(lease, version);
    }

    /**
     * Ends a fire; false when its lease, or the state, is not what was read.
     *
     * @param seen the cron's rows when its state is to have the time of the end too, else null
     */
    boolean end(Held before, CronRun run, @Nullable Seen seen, Instant now) {
        CronId id = before.lease().cron();
        KvKey key = CronRows.lease(id, before.lease().fire());
        AtomicWrite.Builder write =
                AtomicWrite.builder()
                        .check(key, before.version())
                        .delete(key)
                        .set(CronRows.run(id, run.number()), value(run));
        if (seen != null) {
            write.check(CronRows.state(id), seen.version())
                    .set(CronRows.state(id), value(seen.state().ended(now)));
        }
        return commit(write) != null;
    }

    /** A fire's lease as it is now; null when the fire is over. */
    @Nullable Held lease(CronLease lease) {
        return await(database.get(CronRows.lease(lease.cron(), lease.fire())))
                .map(CronStore::held)
                .orElse(null);
    }

    /** The row of an attempt; null when it is gone. */
    @Nullable CronRun run(CronId id, long number) {
        return await(database.get(CronRows.run(id, number)))
                .map(entry -> Json.read(entry.value().data(), CronRun.class))
                .orElse(null);
    }

    RevisionCrons declared(RevisionId id) {
        return await(database.get(CronRows.declared(id)))
                .map(entry -> Json.read(entry.value().data(), RevisionCrons.class))
                .orElseGet(() -> new RevisionCrons(List.of()));
    }

    /** How many crons each revision of a tenant has, of those that have any. */
    Map<RevisionId, Integer> counts(TenantName tenant) {
        Map<RevisionId, Integer> counts = new HashMap<>();
        String cursor = null;
        do {
            KvPage page =
                    await(
                            database.list(
                                    KvSelector.prefix(CronRows.declared(tenant)),
                                    new ListOptions(
                                            DELETES, Order.FORWARD, Consistency.STRONG, cursor)));
            for (KvEntry row : page.entries()) {
                counts.put(
                        CronRows.declaring(tenant, row.key()),
                        Json.read(row.value().data(), RevisionCrons.class).crons().size());
            }
            cursor = page.cursor().orElse(null);
        } while (cursor != null);
        return counts;
    }

    /**
     * What a revision declares, as the first node to warm it wrote it down; the same for all nodes,
     * even when its code registers others each time.
     */
    RevisionCrons declare(RevisionId id, RevisionCrons found) {
        KvKey key = CronRows.declared(id);
        if (await(database.get(key)).isEmpty()
                && commit(AtomicWrite.builder().checkAbsent(key).set(key, value(found))) != null) {
            return found;
        }
        return declared(id);
    }

    /** The last runs of a cron, newest first. */
    CronAdministration.RunPage runs(CronId id, int most, @Nullable String cursor) {
        KvPage page =
                await(
                        database.list(
                                KvSelector.prefix(CronRows.runs(id)),
                                new ListOptions(most, Order.REVERSE, Consistency.STRONG, cursor)));
        return new CronAdministration.RunPage(
                page.entries().stream()
                        .map(entry -> Json.read(entry.value().data(), CronRun.class))
                        .toList(),
                page.cursor().orElse(null));
    }

    /** Writes a cron's state; false when it is not what was read. */
    boolean write(CronId id, Seen seen, CronState state) {
        return commit(
                        signal(AtomicWrite.builder())
                                .check(CronRows.state(id), seen.version())
                                .set(CronRows.state(id), value(state)))
                != null;
    }

    /** Asks for a run. */
    void ask(CronTrigger trigger) {
        var _ =
                commit(
                        signal(AtomicWrite.builder())
                                .set(CronRows.trigger(trigger), value(trigger)));
    }

    /** Removes what a revision declares. */
    void forget(RevisionId id) {
        var _ = commit(AtomicWrite.builder().delete(CronRows.declared(id)));
    }

    /** Removes all rows of an app's crons. */
    void forget(TenantName tenant, AppName app) {
        for (KvKey prefix :
                List.of(
                        CronRows.triggers(tenant, app),
                        CronRows.leases(tenant, app),
                        CronRows.states(tenant, app),
                        CronRows.runs(tenant, app),
                        CronRows.declared(tenant, app))) {
            List<KvEntry> rows;
            do {
                rows =
                        await(
                                        database.list(
                                                KvSelector.prefix(prefix),
                                                ListOptions.DEFAULT.withLimit(DELETES)))
                                .entries();
                AtomicWrite.Builder write = AtomicWrite.builder();
                rows.forEach(row -> write.delete(row.key()));
                var _ = commit(write);
            } while (rows.size() == DELETES);
        }
    }

    private static AtomicWrite.Builder signal(AtomicWrite.Builder write) {
        return write.set(CronRows.signal(), KvValue.bytes(new byte[0]));
    }

    /** Calls back when something was asked for, once at first. */
    KvSubscription watchSignal(Runnable signal) {
        return database.watch(List.of(CronRows.signal()), entries -> signal.run());
    }

    private @Nullable Held begin(
            AtomicWrite.Builder write, CronState state, CronLease lease, CronRun run) {
        write.set(CronRows.lease(lease.cron(), lease.fire()), value(lease));
        write(write, lease.cron(), state, run);
        Versionstamp version = commit(write);
        return version == null ? null : new Held(lease, version);
    }

    private static void write(AtomicWrite.Builder write, CronId id, CronState state, CronRun run) {
        write.set(CronRows.run(id, run.number()), value(run));
        if (state.forgottenRun() > 0) {
            write.delete(CronRows.run(id, state.forgottenRun()));
        }
    }

    private @Nullable Versionstamp commit(AtomicWrite.Builder write) {
        return switch (await(database.commit(write.build()))) {
            case CommitResult.Committed(Versionstamp version) -> version;
            case CommitResult.Conflict _ -> null;
        };
    }

    private static Held held(KvEntry entry) {
        return new Held(Json.read(entry.value().data(), CronLease.class), entry.versionstamp());
    }

    private static KvValue value(Object record) {
        return KvValue.bytes(Json.bytes(record));
    }

    private static <T> T await(CompletableFuture<T> future) {
        return KvAnswers.await(future, PATIENCE);
    }
}
