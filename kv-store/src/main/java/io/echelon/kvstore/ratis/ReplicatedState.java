package io.echelon.kvstore.ratis;

import io.echelon.kvstore.rocksdb.Batch;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.kvstore.rocksdb.RocksState;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * The state machine: applies entries of the log to the {@link RocksState}, one after the other.
 *
 * <p>The live state stands outside Ratis' folder and remembers the entry that it has come to, in
 * the same write as the entry's changes. After a restart Ratis goes through the log from the latest
 * snapshot on, which is made then where it would be far back; what the state has already is passed
 * over. A state that fails to apply an entry applies none after it: the exception makes Ratis close
 * the replica, which does not diverge.
 */
final class ReplicatedState extends BaseStateMachine {
    private static final System.Logger LOG = System.getLogger(ReplicatedState.class.getName());
    private static final String APPLIED = "applied";

    /** Not 0, by which Ratis knows members that have nothing, and lets none of them lead others. */
    private static final long CARRIED_TERM = 1;

    /** Entries that the state has, and that Ratis may go through all the same when it starts. */
    private static final long PASSED_OVER_MAX = 1_000;

    private static final TermIndex NOTHING = TermIndex.valueOf(0, -1);

    private final RocksState state;
    private final Clock clock;
    private final long snapshotEveryBytes;
    private final Snapshots snapshots = new Snapshots();
    private final AppliedIndex applied = new AppliedIndex();
    private final Runnable snapshotWanted;
    private Sessions sessions = new Sessions();
    private long seen = -1;
    private long bytesSinceSnapshot;

    /**
     * @param snapshotWanted called, by the thread that applies, when the log has grown so far that
     *     a snapshot should replace it; it must not block
     */
    ReplicatedState(
            RocksState state, Clock clock, long snapshotEveryBytes, Runnable snapshotWanted) {
        this.state = state;
        this.clock = clock;
        this.snapshotEveryBytes = snapshotEveryBytes;
        this.snapshotWanted = snapshotWanted;
    }

    AppliedIndex applied() {
        return applied;
    }

    /** Whether this state was carried over from a store without a log. */
    static boolean isCarriedOver(RocksState state) {
        return state.lastBatch() > 0 && !state.notes(APPLIED).containsKey(APPLIED);
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
            throws IOException {
        super.initialize(server, group, storage);
        getLifeCycle()
                .startAndTransition(
                        () -> {
                            snapshots.init(storage);
                            start();
                        },
                        IOException.class);
    }

    private void start() throws IOException {
        if (isCarriedOver(state)) {
            TermIndex carried = TermIndex.valueOf(CARRIED_TERM, state.lastBatch());
            snapshots.make(carried, state::checkpoint);
            come(carried);
        } else {
            come(noted());
        }
        var latest = snapshots.getLatestSnapshot();
        if (latest != null && latest.getIndex() > applied.get()) {
            install();
        }
        beginHere();
        sessions = Sessions.of(state.notes(Sessions.notesPrefix()));
    }

    /** Has Ratis begin where the state is, when the last snapshot is many entries before. */
    private void beginHere() {
        var latest = snapshots.getLatestSnapshot();
        long from = latest == null ? NOTHING.getIndex() : latest.getIndex();
        if (applied.get() - from <= PASSED_OVER_MAX) {
            return;
        }
        try {
            snapshots.make(noted(), state::checkpoint);
            snapshots.deleteOld();
        } catch (IOException | EchelonException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "No snapshot was made at the start, which takes longer without: {0}",
                    e.getMessage());
        }
    }

    private TermIndex noted() {
        byte[] note = state.notes(APPLIED).get(APPLIED);
        if (note == null) {
            return NOTHING;
        }
        ByteBuffer in = ByteBuffer.wrap(note);
        return TermIndex.valueOf(in.getLong(), in.getLong());
    }

    private static byte[] note(TermIndex at) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(at.getTerm())
                .putLong(at.getIndex())
                .array();
    }

    private void come(TermIndex at) {
        setLastAppliedTermIndex(at);
        seen = at.getIndex();
        applied.set(at.getIndex());
    }

    private void install() throws IOException {
        Path folder =
                snapshots
                        .latestFolder()
                        .orElseThrow(() -> new IOException("There is no snapshot to install"));
        state.replaceWith(folder);
        var latest = snapshots.getLatestSnapshot();
        if (latest == null) {
            throw new IOException("There is no snapshot to install");
        }
        come(latest.getTermIndex());
        LOG.log(System.Logger.Level.INFO, "The replica took over a snapshot at {0}", latest);
    }

    @Override
    public void pause() {
        if (getLifeCycle().compareAndTransition(LifeCycle.State.RUNNING, LifeCycle.State.PAUSING)) {
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
    }

    @Override
    public void reinitialize() throws IOException {
        snapshots.load();
        install();
        sessions = Sessions.of(state.notes(Sessions.notesPrefix()));
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex at = getLastAppliedTermIndex();
        if (at.getIndex() < 0 || seen < at.getIndex()) {
            return -1;
        }
        try {
            state.note(new RocksState.Notes(Map.of(APPLIED, note(at)), List.of()));
            snapshots.make(at, state::checkpoint);
        } catch (EchelonException e) {
            throw new IOException("The snapshot could not be written", e);
        }
        bytesSinceSnapshot = 0;
        return at.getIndex();
    }

    /**
     * Puts the leader's time before a request. What is no request, or finds the disk full, is
     * refused here, before it is in the log: what is there must be applied.
     */
    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        byte[] content = request.getMessage().getContent().toByteArray();
        byte[] data =
                ByteBuffer.allocate(Long.BYTES + content.length)
                        .putLong(clock.millis())
                        .put(content)
                        .array();
        TransactionContext transaction =
                TransactionContext.newBuilder()
                        .setStateMachine(this)
                        .setClientRequest(request)
                        .setLogData(UnsafeByteOperations.unsafeWrap(data))
                        .setServerRole(RaftPeerRole.LEADER)
                        .build();
        try {
            transaction.setStateMachineContext(new Requests(LogCodec.readRequests(content, 0)));
            state.requireSpace(2L * content.length);
        } catch (EchelonException e) {
            transaction.setException(
                    e.code() == ErrorCode.STORAGE_FULL ? new StorageFullException(e.reason()) : e);
        } catch (IOException | RuntimeException e) {
            transaction.setException(new IOException("This is no request", e));
        }
        return transaction;
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        seen = index;
        if (index > applied.get()) {
            updateLastAppliedTermIndex(term, index);
            applied.set(index);
        }
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        TermIndex at = TermIndex.valueOf(entry);
        seen = at.getIndex();
        if (at.getIndex() <= applied.get()) {
            return CompletableFuture.completedFuture(Message.EMPTY);
        }
        byte[] reply =
                apply(
                        at,
                        entry.getStateMachineLogEntry().getLogData().toByteArray(),
                        transaction.getStateMachineContext());
        updateLastAppliedTermIndex(at);
        applied.set(at.getIndex());
        return CompletableFuture.completedFuture(message(reply));
    }

    /**
     * @param started the requests, when this replica has read them already as the leader
     */
    private byte[] apply(TermIndex at, byte[] data, @Nullable Object started) {
        try {
            long timeMs = ByteBuffer.wrap(data).getLong();
            Requests requests =
                    started instanceof Requests read
                            ? read
                            : new Requests(LogCodec.readRequests(data, Long.BYTES));
            byte[] reply = apply(at, timeMs, requests.each());
            bytesSinceSnapshot += data.length;
            if (bytesSinceSnapshot > snapshotEveryBytes) {
                bytesSinceSnapshot = 0;
                snapshotWanted.run();
            }
            return reply;
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "The entry %s could not be applied; this replica stops".formatted(at),
                    e);
            throw new IllegalStateException("The entry " + at + " could not be applied", e);
        }
    }

    /** Does those requests of an entry that were not done before, as one batch. */
    private byte[] apply(TermIndex at, long timeMs, List<Request> requests) {
        Map<UUID, byte[]> replies = new HashMap<>();
        List<Request> fresh = new ArrayList<>();
        for (Request request : requests) {
            byte[] before = sessions.answered(request);
            if (before == null) {
                fresh.add(request);
            } else {
                replies.put(request.session(), before);
            }
        }
        if (!fresh.isEmpty()) {
            List<Command> commands =
                    fresh.stream().flatMap(request -> request.commands().stream()).toList();
            var _ =
                    state.apply(
                            new Batch(at.getIndex(), timeMs, commands),
                            decisions -> notes(at, answer(fresh, decisions, timeMs, replies)));
        }
        return LogCodec.join(
                requests.stream()
                        .map(request -> Objects.requireNonNull(replies.get(request.session())))
                        .toList());
    }

    /** Answers requests that were done, and keeps their answers. */
    private Sessions.Changes answer(
            List<Request> requests,
            List<Decision> decisions,
            long timeMs,
            Map<UUID, byte[]> replies) {
        Sessions.Changes changes = Sessions.Changes.NONE;
        int done = 0;
        for (Request request : requests) {
            int next = done + request.commands().size();
            byte[] reply = LogCodec.write(new Reply.Done(decisions.subList(done, next)));
            replies.put(request.session(), reply);
            changes = changes.then(sessions.keep(request, reply, timeMs));
            done = next;
        }
        return changes;
    }

    private static RocksState.Notes notes(TermIndex at, Sessions.Changes changes) {
        Map<String, byte[]> written = new HashMap<>(changes.written());
        written.put(APPLIED, note(at));
        return new RocksState.Notes(written, changes.removed());
    }

    /** The requests of an entry, as the leader has read them. */
    private record Requests(List<Request> each) {}

    static Message message(byte[] bytes) {
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
    }

    /** A request that the leader's disk has no space for; its message may be shown. */
    static final class StorageFullException extends IOException {
        private static final long serialVersionUID = 1L;

        StorageFullException(@Nullable String message) {
            super(message);
        }
    }
}
