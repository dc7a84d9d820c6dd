package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvAnswers;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounts;
import io.echelon.tenants.UsageRows;
import io.echelon.tenants.UsageStep;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The usage that this process counts, and its rows in the store.
 *
 * <p>Requests count in memory. Every few seconds, and when a minute ends, the rows of what was used
 * since are set, {@link UsageRows} says which: all that this process counted in the minute, in the
 * hour and in the day. What a process that is killed counted after its last write is lost.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, then {@link #close} once, which writes what is left.
 *
 * <p><b>Failure.</b> While the store cannot be reached, usage is kept and written later, into the
 * steps for which it was to be written first.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class UsageLedger implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(UsageLedger.class);

    /** How much usage a kill may lose. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How late a write at a minute's end may be and still be that minute's. */
    private static final Duration LATE = Duration.ofSeconds(1);

    /** Calls may go on after their revision was unloaded, but not for so long. */
    private static final Duration KEPT_UNLOADED = Duration.ofDays(1);

    /** Meters whose rows are one commit; a row is at most a few kilobytes. */
    private static final int METERS_PER_COMMIT = 40;

    /** A meter and what was written of it. */
    private static final class Entry {
        final UsageMeter meter = new UsageMeter();
        final UsageAccount account = new UsageAccount();
        volatile @Nullable Instant unloaded;
    }

    /** A tenant: what it did outside of apps, and what is over of revisions that are forgotten. */
    private static final class TenantEntry {
        final UsageMeter meter = new UsageMeter();
        final UsageCounts forgotten = new UsageCounts();
        final UsageAccount account = new UsageAccount();
        final ConcurrentMap<RevisionId, Entry> revisions = new ConcurrentHashMap<>();
    }

    /** Rows that are to be written together, and whose they are. */
    private static final class Batch {
        final AtomicWrite.Builder write = AtomicWrite.builder();
        final List<UsageMeter> meters = new ArrayList<>();
        final List<UsageAccount> accounts = new ArrayList<>();
    }

    private final KvDatabase database;
    private final InstantSource clock;
    private final String process;
    private final ConcurrentMap<TenantName, TenantEntry> tenants = new ConcurrentHashMap<>();
    private final Thread thread = Thread.ofVirtual().name("echelon-usage").unstarted(this::run);
    private @Nullable StoredUsage stored;
    private Instant last = Instant.MIN;
    private volatile boolean closed;

    /**
     * @param node this node's name
     */
    UsageLedger(KvDatabase database, InstantSource clock, String node) {
        this.database = database;
        this.clock = clock;
        this.process = node + "." + Long.toString(clock.millis(), Character.MAX_RADIX);
    }

    /** Has what databases hold counted before every write; to be called before the start. */
    synchronized void meter(StoredUsage usage) {
        stored = usage;
    }

    void start() {
        thread.start();
    }

    /** The meter of a revision. */
    UsageMeter of(RevisionId id) {
        return tenant(id.tenant()).revisions.computeIfAbsent(id, _ -> new Entry()).meter;
    }

    /** The meter of what a tenant does outside of apps. */
    UsageMeter of(TenantName tenant) {
        return tenant(tenant).meter;
    }

    /** The meter of a revision that is being loaded. */
    UsageMeter load(RevisionId id, int memoryMb) {
        Entry entry =
                tenant(id.tenant())
                        .revisions
                        .compute(
                                id,
                                (_, known) -> {
                                    Entry loaded = known == null ? new Entry() : known;
                                    loaded.unloaded = null;
                                    return loaded;
                                });
        entry.meter.memoryIs(memoryMb);
        return entry.meter;
    }

    /** Says that calls of a revision come no more. */
    void unload(RevisionId id) {
        Entry entry = tenant(id.tenant()).revisions.get(id);
        if (entry != null) {
            entry.unloaded = clock.instant();
        }
    }

    /** Ends the writing, after all that was counted is written or the store failed again. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        write();
    }

    /** Writes all that was counted until now. */
    void write() {
        write(clock.instant(), StoredUsage.Moment.LAST);
    }

    private TenantEntry tenant(TenantName name) {
        return tenants.computeIfAbsent(name, _ -> new TenantEntry());
    }

    private void run() {
        while (!closed) {
            Instant now = clock.instant();
            Instant minuteEnd = UsageStep.MINUTE.begin(now).plus(UsageStep.MINUTE.length());
            Instant due = now.plus(INTERVAL);
            due = due.isBefore(minuteEnd) ? due : minuteEnd;
            LockSupport.parkNanos(Duration.between(now, due).toNanos());
            Instant awake = clock.instant();
            if (!closed && !awake.isBefore(due)) {
                write(awake.isBefore(due.plus(LATE)) ? due : awake);
            }
        }
    }

    /**
     * Writes what was counted since the last time.
     *
     * @param at when it was used at the latest
     */
    void write(Instant at) {
        write(at, StoredUsage.Moment.BETWEEN);
    }

    private synchronized void write(Instant at, StoredUsage.Moment moment) {
        look(at, moment);
        Instant step = at.minusNanos(1);
        last = step.isAfter(last) ? step : last; // the rows of a step are never begun twice
        Batch batch = new Batch();
        try {
            for (Map.Entry<TenantName, TenantEntry> tenant : tenants.entrySet()) {
                batch = write(tenant.getKey(), tenant.getValue(), batch);
            }
            commit(batch);
        } catch (EchelonException e) {
            LOG.warnf("Usage waits for the store: %s", e.reason());
        } catch (RuntimeException e) {
            LOG.error("Usage could not be written", e);
        }
    }

    private void look(Instant at, StoredUsage.Moment moment) {
        StoredUsage databases = stored;
        if (databases != null) {
            try {
                databases.look(at, moment);
            } catch (RuntimeException e) {
                LOG.warnf("What databases hold was not metered: %s", e.getMessage());
            }
        }
    }

    private Batch write(TenantName name, TenantEntry tenant, Batch begun) {
        Batch batch = begun;
        boolean touched = tenant.meter.takeTouched();
        for (Map.Entry<RevisionId, Entry> revision : tenant.revisions.entrySet()) {
            Entry entry = revision.getValue();
            if (entry.meter.takeTouched()) {
                touched = true;
                tenant.meter.touch(); // until the tenant's rows have it too
                UsageCounts counted = new UsageCounts();
                entry.meter.addTo(counted);
                batch =
                        add(
                                batch,
                                entry.meter,
                                entry.account,
                                counted,
                                row ->
                                        UsageRows.row(
                                                row.step(),
                                                revision.getKey(),
                                                row.begin(),
                                                process));
            } else {
                forget(tenant, revision.getKey());
            }
        }
        if (!touched) {
            return batch;
        }
        var _ = tenant.meter.takeTouched();
        UsageCounts counted = new UsageCounts();
        counted.add(tenant.forgotten);
        tenant.meter.addTo(counted);
        tenant.revisions.values().forEach(entry -> entry.meter.addTo(counted));
        return add(
                batch,
                tenant.meter,
                tenant.account,
                counted,
                row -> UsageRows.row(row.step(), name, row.begin(), process));
    }

    private Batch add(
            Batch batch,
            UsageMeter meter,
            UsageAccount account,
            UsageCounts counted,
            Function<UsageAccount.Row, List<Object>> key) {
        for (UsageAccount.Row row : account.rows(counted, last)) {
            batch.write.set(
                    KvKey.of(key.apply(row)),
                    KvValue.bytes(Json.bytes(row.counted())),
                    Expiry.at(row.begin().plus(row.step().kept())));
        }
        batch.meters.add(meter);
        batch.accounts.add(account);
        if (batch.accounts.size() < METERS_PER_COMMIT) {
            return batch;
        }
        commit(batch);
        return new Batch();
    }

    private void commit(Batch batch) {
        if (batch.accounts.isEmpty()) {
            return;
        }
        try {
            var _ = KvAnswers.await(database.commit(batch.write.build()), PATIENCE);
            batch.accounts.forEach(UsageAccount::written);
        } catch (RuntimeException e) {
            batch.meters.forEach(UsageMeter::touch);
            throw e;
        }
    }

    /** Lets go of a revision that is not called any more. */
    private void forget(TenantEntry tenant, RevisionId id) {
        var _ =
                tenant.revisions.computeIfPresent(
                        id,
                        (_, entry) -> {
                            Instant unloaded = entry.unloaded;
                            if (unloaded == null
                                    || unloaded.plus(KEPT_UNLOADED).isAfter(last)
                                    || !entry.account.isIdle(last)) {
                                return entry;
                            }
                            entry.meter.addTo(tenant.forgotten);
                            return null;
                        });
    }
}
