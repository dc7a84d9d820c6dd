package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.HostResult;
import io.echelon.isolatepool.HostSession;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.RangeRead;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.UsageCounter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One isolate's use of its tenant's databases.
 *
 * <p>What an operation may take of the host's memory is counted before it begins, for the isolate
 * and for the node, until the guest has taken the answer; of a read that is its largest answer
 * until the true one is known. An isolate that asks for more than its share is refused (the
 * platform inside makes it wait); a node that has no more makes all wait in line.
 *
 * <p><b>Thread safety.</b> Operations come one at a time from the isolate and end on threads of the
 * store. What both touch is guarded by this.
 */
final class KvSession implements HostSession {
    /** What all operations under way may take, unless there is one alone. */
    static final long UNDER_WAY_MAX_BYTES = 16L << 20;

    static final int WATCHES_MAX = 32;
    static final int NODE_WATCHES_MAX = 2_000;

    private static final long ENTRY_MAX_BYTES =
            KvLimits.VALUE_MAX_BYTES + KvLimits.KEY_MAX_BYTES + 32;

    private static final Set<String> OF_DATABASES = Set.of("open", "read", "commit", "watch");

    private final KvBinding.Services services;
    private final KvBinding.Access access;
    private final RevisionId revision;
    private final UsageMeter usage;
    private final GuestTraces traces;
    private final Set<Held> undelivered = new HashSet<>();
    private final Map<Integer, KvWatch> watches = new HashMap<>();
    private @Nullable KvDatabase own;
    private long underWayBytes;
    private int lastWatch;
    private boolean closed;

    KvSession(
            KvBinding.Services services,
            KvBinding.Access access,
            RevisionId revision,
            UsageMeter usage,
            GuestTraces traces) {
        this.services = services;
        this.access = access;
        this.revision = revision;
        this.usage = usage;
        this.traces = traces;
    }

    @Override
    public CompletionStage<@Nullable Object> start(String operation, @Nullable Object[] arguments) {
        try {
            DatabaseRef unlisted = unlisted(operation, arguments);
            return unlisted == null
                    ? perform(operation, arguments)
                    : services.register()
                            .admit(unlisted)
                            .<@Nullable Object>thenCompose(_ -> perform(operation, arguments))
                            .exceptionallyCompose(
                                    failure ->
                                            CompletableFuture.failedFuture(
                                                    KvFailure.told(failure)));
        } catch (GuestError | EchelonException refused) {
            return CompletableFuture.failedFuture(KvFailure.told(refused));
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException malformed) {
            return wrong(operation);
        }
    }

    /** The database that an operation is for, when it has yet to be let into the tenant's list. */
    private @Nullable DatabaseRef unlisted(String operation, @Nullable Object[] arguments) {
        if (access == KvBinding.Access.REFUSED || !OF_DATABASES.contains(operation)) {
            return null;
        }
        String name = (String) at(arguments, 0);
        if (name.isEmpty() || name.equals(revision.app().value())) {
            return null;
        }
        DatabaseRef database = named(name);
        return services.register().isKnown(database) ? null : database;
    }

    private CompletionStage<@Nullable Object> perform(
            String operation, @Nullable Object[] arguments) {
        try {
            return switch (operation) {
                case "open" -> {
                    var _ = database(arguments);
                    yield CompletableFuture.completedFuture(null);
                }
                case "read" -> read(arguments);
                case "commit" -> commit(arguments);
                case "watch" -> watch(arguments);
                case "changed" -> known(arguments).next();
                case "unwatch" -> unwatch(arguments);
                default -> throw new GuestError("TypeError", "kv has no operation " + operation);
            };
        } catch (GuestError | EchelonException refused) {
            return CompletableFuture.failedFuture(KvFailure.told(refused));
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException malformed) {
            return wrong(operation);
        }
    }

    private static CompletionStage<@Nullable Object> wrong(String operation) {
        return CompletableFuture.failedFuture(
                new GuestError("TypeError", "kv." + operation + " was called wrongly"));
    }

    @Override
    public void close() {
        List<KvWatch> open;
        List<Held> left;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(watches.values());
            watches.clear();
            left = new ArrayList<>(undelivered);
        }
        open.forEach(KvWatch::close);
        left.forEach(Held::release);
    }

    private CompletionStage<@Nullable Object> read(@Nullable Object[] arguments) {
        KvDatabase database = database(arguments);
        Consistency consistency =
                (Boolean) at(arguments, 1) ? Consistency.STRONG : Consistency.EVENTUAL;
        List<RangeRead> ranges = KvRequest.ranges((byte[]) at(arguments, 2));
        count(UsageCounter.KV_READS, ranges.size());
        long entries = ranges.stream().mapToLong(RangeRead::limit).sum();
        boolean isOfKeys = ranges.stream().allMatch(RangeRead::isPoint);
        return OpenSpan.around(
                begin(isOfKeys ? "get" : "list", arguments, ranges.size()),
                () ->
                        held(
                                entries * ENTRY_MAX_BYTES,
                                () -> database.read(ranges, consistency).thenApply(KvAnswer::of)));
    }

    private CompletionStage<@Nullable Object> commit(@Nullable Object[] arguments) {
        KvDatabase database = database(arguments);
        byte[] bytes = (byte[]) at(arguments, 1);
        AtomicWrite write = KvRequest.write(bytes, services.clock());
        count(UsageCounter.KV_WRITES, write.mutations().size() + write.enqueues().size());
        OpenSpan span =
                begin("commit", arguments, write.mutations().size() + write.enqueues().size());
        return OpenSpan.around(
                span,
                () ->
                        held(
                                bytes.length,
                                () ->
                                        database.commit(write)
                                                .thenApply(result -> told(result, span))));
    }

    private static @Nullable String told(CommitResult result, @Nullable OpenSpan span) {
        return switch (result) {
            case CommitResult.Committed committed -> committed.versionstamp().hex();
            case CommitResult.Conflict _ -> {
                if (span != null) {
                    span.set("echelon.kv.conflict", true);
                }
                yield null;
            }
        };
    }

    /** Begins a span of an operation on a database; null when the call is not recorded. */
    private @Nullable OpenSpan begin(String operation, @Nullable Object[] arguments, int size) {
        OpenSpan span = traces.begin("kv " + operation);
        if (span == null) {
            return null;
        }
        String name = (String) at(arguments, 0);
        return span.set("db.system.name", "echelon.kv")
                .set("db.operation.name", operation)
                .set("db.namespace", name.isEmpty() ? revision.app().value() : name)
                .set("db.operation.batch.size", size);
    }

    private void count(UsageCounter counter, int operations) {
        TenantGate gate = services.gates().of(revision.tenant());
        if (!gate.admitKv(operations, System.nanoTime())) {
            throw new GuestError("Error", gate.kvRefusal());
        }
        usage.add(counter, operations);
    }

    private CompletionStage<@Nullable Object> watch(@Nullable Object[] arguments) {
        KvDatabase database = database(arguments);
        List<KvKey> keys = KvRequest.keys((byte[]) at(arguments, 1));
        int number;
        KvWatch watch;
        synchronized (this) {
            refuseWhenClosed();
            if (watches.size() >= WATCHES_MAX) {
                throw new GuestError(
                        "TypeError",
                        "%d watches are open; at most %d are allowed: cancel one before"
                                .formatted(watches.size(), WATCHES_MAX));
            }
            if (services.watches().incrementAndGet() > NODE_WATCHES_MAX) {
                services.watches().decrementAndGet();
                throw new GuestError(
                        "Error", "This node has too many open watches; try again later");
            }
            number = ++lastWatch;
            watch = new KvWatch(() -> ended(number));
            watches.put(number, watch);
        }
        try {
            watch.begin(database.watch(keys, watch));
        } catch (EchelonException refused) {
            watch.close();
            throw refused;
        }
        return CompletableFuture.completedFuture(number);
    }

    private void ended(int watch) {
        services.watches().decrementAndGet();
        synchronized (this) {
            watches.remove(watch);
        }
    }

    private synchronized KvWatch known(@Nullable Object[] arguments) {
        KvWatch watch = watches.get((Integer) at(arguments, 0));
        return watch == null ? over() : watch;
    }

    private static KvWatch over() {
        KvWatch watch = new KvWatch(() -> {});
        watch.close();
        return watch;
    }

    private CompletionStage<@Nullable Object> unwatch(@Nullable Object[] arguments) {
        known(arguments).close();
        return CompletableFuture.completedFuture(null);
    }

    /** The database that the first argument names, when the guest may use it. */
    private KvDatabase database(@Nullable Object[] arguments) {
        if (access == KvBinding.Access.REFUSED) {
            throw new GuestError(
                    "PermissionDenied",
                    "Requires kv access; \"permissions.kv\" is false in edge.json: set it to true, or leave it out");
        }
        String name = (String) at(arguments, 0);
        if (!name.isEmpty()) {
            return services.store().database(named(name).storeName());
        }
        KvDatabase opened = own;
        if (opened == null) {
            DatabaseRef ref = DatabaseRef.of(revision.tenant(), revision.app());
            opened = services.store().database(ref.storeName());
            own = opened;
        }
        return opened;
    }

    private DatabaseRef named(String name) {
        if (name.indexOf(':') >= 0 || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw new GuestError(
                    "NotSupported",
                    "Deno.openKv takes no address, path or \":memory:\" here, but was given \"%s\"; leave it out for the app's own database, or name another one of the tenant"
                            .formatted(name.substring(0, Math.min(100, name.length()))));
        }
        return new DatabaseRef(revision.tenant(), name);
    }

    // --- Memory ---------------------------------------------------------------------------------

    /** What one operation takes of the host. */
    private final class Held {
        private long bytes;

        Held(long bytes) {
            this.bytes = bytes;
        }

        /** Keeps what the answer takes, until it is taken. */
        void shrink(long answerBytes) {
            long less;
            synchronized (KvSession.this) {
                less = Math.max(0, bytes - answerBytes);
                bytes -= less;
                underWayBytes -= less;
            }
            services.memory().giveBack(less);
        }

        void release() {
            shrink(0);
        }
    }

    private CompletionStage<@Nullable Object> held(
            long bytes, Supplier<? extends CompletionStage<? extends @Nullable Object>> operation) {
        synchronized (this) {
            refuseWhenClosed();
            if (underWayBytes > 0 && underWayBytes + bytes > UNDER_WAY_MAX_BYTES) {
                throw new GuestError(
                        "TypeError",
                        "kv operations under way may take %,d bytes; %,d more would be too many"
                                .formatted(UNDER_WAY_MAX_BYTES, bytes));
            }
            underWayBytes += bytes;
        }
        return services.memory()
                .take(bytes)
                .thenCompose(
                        _ -> {
                            Held held = new Held(bytes);
                            try {
                                refuseWhenClosed();
                                return operation
                                        .get()
                                        .handle(
                                                (result, failure) ->
                                                        answered(held, result, failure));
                            } catch (RuntimeException e) {
                                return CompletableFuture.completedFuture(answered(held, null, e));
                            }
                        });
    }

    /** An operation's end; from any thread. */
    private Object answered(Held held, @Nullable Object result, @Nullable Throwable failure) {
        if (failure != null) {
            held.release();
            throw KvFailure.told(failure);
        }
        held.shrink(result instanceof byte[] bytes ? bytes.length : 0);
        boolean left;
        synchronized (this) {
            left = closed;
            if (!left) {
                undelivered.add(held);
            }
        }
        if (left) {
            held.release();
        }
        HostResult taken =
                () -> {
                    synchronized (this) {
                        undelivered.remove(held);
                    }
                    held.release();
                    return result;
                };
        return taken;
    }

    private synchronized void refuseWhenClosed() {
        if (closed) {
            throw new GuestError("AbortError", "The isolate has ended");
        }
    }

    private static Object at(@Nullable Object[] arguments, int index) {
        Object value = arguments[index];
        if (value == null) {
            throw new GuestError("TypeError", "kv was called without a value that it needs");
        }
        return value;
    }
}
