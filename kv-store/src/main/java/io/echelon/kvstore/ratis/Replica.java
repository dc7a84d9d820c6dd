package io.echelon.kvstore.ratis;

import io.echelon.kvstore.StoreStatus;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.ProtoUtils;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * Ratis, as this store uses it: one member of one group.
 *
 * <p>Lifecycle: running from {@link #start} to {@link #close}.
 *
 * <p>Failure: futures fail with what Ratis threw; whether a request was done is then unknown.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class Replica implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Replica.class.getName());
    private static final int ELECTION_ALONE_MS = 20;
    private static final int CALL_TIMEOUT_MS = 3_000;
    private static final int HAND_OVER_MS = 1_000;
    private static final int JOIN_TIMEOUT_MS = 10_000;
    private static final long SNAPSHOT_EVERY_ENTRIES = 200_000;

    private final RatisOptions options;
    private final ReplicatedState state;
    private final RaftServer server;
    private final RaftServer.Division division;
    private final RaftGroupId groupId;
    private final RaftPeerId self;
    private final ClientId clientId = ClientId.randomId();
    private final Wire wire;
    private final RaftClientAsynchronousProtocol requests;
    private final AtomicBoolean changing = new AtomicBoolean();
    private final Succession succession = new Succession(this);
    private final GroupCommit groupCommit = new GroupCommit(this::append, System::nanoTime);

    private Replica(
            RatisOptions options,
            ReplicatedState state,
            RaftServer server,
            RaftServer.Division division,
            RaftGroup group,
            Wire wire) {
        this.options = options;
        this.state = state;
        this.server = server;
        this.division = division;
        this.groupId = group.getGroupId();
        this.self = RaftPeerId.valueOf(options.self().id());
        this.wire = wire;
        // A division takes requests itself, without the hand-over to another thread before it.
        this.requests = division instanceof RaftClientAsynchronousProtocol direct ? direct : server;
    }

    static Replica start(RatisOptions options, ReplicatedState state) {
        RaftGroup group =
                RaftGroup.valueOf(
                        RaftGroupId.valueOf(options.group()),
                        options.beginning().stream()
                                .map(member -> peer(member, options.part(member)))
                                .toList());
        RaftProperties properties = properties(options);
        Parameters parameters = new Parameters();
        Wire wire = new Wire(options);
        parameters.put(Transport.WIRE, wire, Wire.class);
        try {
            RaftServer server =
                    RaftServer.newBuilder()
                            .setServerId(RaftPeerId.valueOf(options.self().id()))
                            .setGroup(group)
                            .setStateMachine(state)
                            .setProperties(properties)
                            .setParameters(parameters)
                            .setOption(RaftStorage.StartupOption.RECOVER)
                            .build();
            server.start();
            return new Replica(
                    options, state, server, server.getDivision(group.getGroupId()), group, wire);
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The store's replica %s at %s does not start; its port may be in use, or its files may be damaged (the log has the cause)"
                            .formatted(options.self(), options.self().address()),
                    e);
        }
    }

    private static RaftPeer peer(Member member, RatisOptions.Part part) {
        return RaftPeer.newBuilder()
                .setId(member.id())
                .setAddress(member.address())
                .setStartupRole(
                        switch (part) {
                            case VOTER -> RaftPeerRole.FOLLOWER;
                            case LISTENER -> RaftPeerRole.LISTENER;
                        })
                .build();
    }

    private static RaftProperties properties(RatisOptions options) {
        RaftProperties properties = new RaftProperties();
        File folder = options.state().folder().resolve("raft").toFile();
        RaftServerConfigKeys.setStorageDir(properties, List.of(folder));
        RaftServerConfigKeys.setRemovedGroupsDir(properties, new File(folder, "removed"));
        properties.set(RaftConfigKeys.Rpc.TYPE_KEY, Transport.class.getName());
        if (options.isAlone()) {
            elections(properties, ELECTION_ALONE_MS, 2 * ELECTION_ALONE_MS);
        } else {
            int silenceMs = Math.toIntExact(options.leaderSilence().toMillis());
            elections(properties, silenceMs, 2 * silenceMs);
        }
        // By default one that was stopped for a minute closes itself when it goes on.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.ONE_DAY);
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, ms(CALL_TIMEOUT_MS));
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, ms(CALL_TIMEOUT_MS));
        // The defaults keep up to 200 MB of the log in memory and preallocate in steps of 4 MB.
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("16MB"));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("32MB"));
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        // What Intake relies on.
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        // A new member is given up that is silent for so long, while it writes a snapshot.
        RaftServerConfigKeys.setStagingTimeout(properties, ms(JOIN_TIMEOUT_MS));
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
                properties, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, SNAPSHOT_EVERY_ENTRIES);
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
        return properties;
    }

    private static void elections(RaftProperties properties, int minMs, int maxMs) {
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, ms(minMs));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, ms(maxMs));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, ms(minMs));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, ms(maxMs));
        // One that lost its majority does not run for election for so long; by default for 10 s, in
        // which nobody can lead if it is the only one left with all that is committed.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, ms(maxMs));
    }

    private static TimeDuration ms(int milliseconds) {
        return TimeDuration.valueOf(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Whether this member leads and has committed an entry of its own term. */
    boolean leads() {
        return division.getInfo().isLeader() && division.getInfo().isLeaderReady();
    }

    boolean isAlive() {
        return division.getInfo().isAlive();
    }

    long term() {
        return division.getInfo().getCurrentTerm();
    }

    long committedIndex() {
        return division.getRaftLog().getLastCommittedIndex();
    }

    /** The member that leads, as far as is known here; this one too. */
    @Nullable String leader() {
        RaftPeerId leader = division.getInfo().getLeaderId();
        return leader == null ? null : leader.toString();
    }

    /**
     * Sets of members, of each of which a majority decides: one, or two while the group changes.
     */
    List<Set<String>> quorums() {
        RaftConfiguration configuration = division.getRaftConf();
        Set<String> previous = names(configuration.getPreviousPeers());
        Set<String> current = names(configuration.getCurrentPeers());
        return previous.isEmpty() ? List.of(current) : List.of(current, previous);
    }

    private static Set<String> names(Collection<RaftPeer> peers) {
        Set<String> names = new HashSet<>();
        peers.forEach(peer -> names.add(peer.getId().toString()));
        return names;
    }

    /** Whether this member leads and another lacks entries that are committed. */
    boolean hasLaggard() {
        if (!leads()) {
            return false;
        }
        long committed = committedIndex();
        return Arrays.stream(division.getInfo().getFollowerMatchIndices())
                .anyMatch(match -> match < committed);
    }

    /**
     * Has the group go on without a member, with a new one, or both; this replica must lead.
     *
     * @param gone name of the member that is no longer one, or null
     * @param joining the new member, or null
     * @return completes when the new member has caught up and the group has agreed; fails with
     *     CONFLICT while another change is under way
     */
    CompletableFuture<Void> change(
            @Nullable String gone, @Nullable Member joining, RatisOptions.Part part) {
        if (!changing.compareAndSet(false, true)) {
            return CompletableFuture.failedFuture(
                    new EchelonException(
                            ErrorCode.CONFLICT,
                            "The members of the store are changing already; try again in a moment"));
        }
        return changeAlone(gone, joining, part).whenComplete((_, _) -> changing.set(false));
    }

    private CompletableFuture<Void> changeAlone(
            @Nullable String gone, @Nullable Member joining, RatisOptions.Part part) {
        RaftConfiguration present = division.getRaftConf();
        List<RaftPeer> voters = without(gone, present.getCurrentPeers());
        List<RaftPeer> listeners = without(gone, present.getCurrentPeers(RaftPeerRole.LISTENER));
        if (joining != null) {
            (part == RatisOptions.Part.VOTER ? voters : listeners).add(peer(joining, part));
        }
        try {
            return server.setConfigurationAsync(
                            new SetConfigurationRequest(
                                    clientId,
                                    self,
                                    groupId,
                                    CallId.getAndIncrement(),
                                    SetConfigurationRequest.Arguments.newBuilder()
                                            .setServersInNewConf(voters)
                                            .setListenersInNewConf(listeners)
                                            .build()))
                    .thenCompose(Replica::content)
                    .thenApply(_ -> null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Takes in a member that is to follow, when this replica leads.
     *
     * @param had what it had when it asked
     */
    CompletableFuture<Void> takeIn(Member listener, Joining.Had had) {
        if (!leads()) {
            return CompletableFuture.failedFuture(
                    new NotReadyException("%s does not lead".formatted(self)));
        }
        RaftPeerId id = RaftPeerId.valueOf(listener.id());
        RaftConfiguration present = division.getRaftConf();
        if (present.getPeer(id, RaftPeerRole.FOLLOWER) != null) {
            return CompletableFuture.failedFuture(
                    new IOException("%s is no listener".formatted(listener)));
        }
        if (present.getPeer(id, RaftPeerRole.LISTENER) == null) {
            return change(null, listener, RatisOptions.Part.LISTENER);
        }
        Member known = wire.member(listener.id());
        if (!listener.equals(known)) {
            return CompletableFuture.failedFuture(
                    new IOException(
                            "%s is known as %s; start this member with the new address"
                                    .formatted(listener, known)));
        }
        // What it had before, as far as is known here, is no longer so; it is a new one.
        return switch (had) {
            case SOMETHING -> CompletableFuture.completedFuture(null);
            case NOTHING ->
                    change(listener.id(), null, RatisOptions.Part.LISTENER)
                            .thenCompose(_ -> change(null, listener, RatisOptions.Part.LISTENER));
        };
    }

    /** Asks another member to take this one in. */
    CompletableFuture<byte[]> askToJoin(String member, byte[] joining) {
        return wire.call(member, Kind.JOIN, joining);
    }

    /** Whether a leader has spoken to this member within a time. */
    boolean hasHeardWithin(Duration time) {
        return wire.hasHeardWithin(time);
    }

    private static List<RaftPeer> without(@Nullable String gone, Collection<RaftPeer> peers) {
        List<RaftPeer> staying = new ArrayList<>();
        for (RaftPeer peer : peers) {
            if (!peer.getId().toString().equals(gone)) {
                staying.add(peer);
            }
        }
        return staying;
    }

    /**
     * How it is doing.
     *
     * @param files those of its state
     */
    StoreStatus status(StoreStatus.Files files) {
        return ReplicaStatus.of(this, division, options, files);
    }

    /** Makes the connections to other members that are missing; does not wait for them. */
    void reachAll() {
        wire.reachAll();
    }

    /** Begins to answer other members, and sees to it that one leads. */
    void answerOthers(StrongReads reads, Executor answers) {
        wire.whenOneLeaves(succession::left);
        wire.answerBy(
                (kind, payload) ->
                        switch (kind) {
                            case QUESTION -> answer(Question.of(payload), reads);
                            case JOIN -> Joining.answer(this, payload);
                            // By another thread than the one that applies the log, which must not
                            // wait until someone reads.
                            default ->
                                    groupCommit
                                            .write(payload)
                                            .thenApplyAsync(Function.identity(), answers);
                        });
    }

    private CompletableFuture<byte[]> answer(@Nullable Question question, StrongReads reads) {
        return switch (question) {
            case TERM -> reads.askedForTerm();
            case INDEX -> reads.askedForIndex();
            case LAST_ENTRY -> succession.askedForLastEntry();
            case null ->
                    CompletableFuture.failedFuture(new IOException("This question is not known"));
        };
    }

    /** Has a request put into the log by a member, which must lead, and done. */
    CompletableFuture<byte[]> write(String member, byte[] request) {
        return member.equals(self.toString())
                ? groupCommit.write(request)
                : wire.call(member, Kind.REQUEST, request);
    }

    /** Asks another member a question, which it answers whatever its role is. */
    CompletableFuture<byte[]> ask(String member, Question question) {
        return wire.call(member, Kind.QUESTION, question.encoded());
    }

    /** Appends an entry to the log of this replica, which must lead. */
    CompletableFuture<byte[]> append(byte[] content) {
        try {
            return requests.submitClientRequestAsync(
                            RaftClientRequest.newBuilder()
                                    .setClientId(clientId)
                                    .setServerId(self)
                                    .setGroupId(groupId)
                                    .setCallId(CallId.getAndIncrement())
                                    .setMessage(ReplicatedState.message(content))
                                    .setType(RaftClientRequest.writeRequestType())
                                    .build())
                    .thenCompose(Replica::content);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletableFuture<byte[]> content(RaftClientReply reply) {
        if (!reply.isSuccess()) {
            return CompletableFuture.failedFuture(
                    reply.getException() == null
                            ? new IOException("The request failed: " + reply)
                            : refusal(reply.getException()));
        }
        Message message = reply.getMessage();
        return CompletableFuture.completedFuture(
                message == null ? new byte[0] : message.getContent().toByteArray());
    }

    /** A full disk is noticed before anything is in the log, so the refusal is certain. */
    private static Exception refusal(Exception failure) {
        if (failure instanceof LeaderNotReadyException) {
            return new NotReadyException(String.valueOf(failure.getMessage()));
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ReplicatedState.StorageFullException full) {
                return new EchelonException(
                        ErrorCode.STORAGE_FULL, String.valueOf(full.getMessage()), failure);
            }
        }
        return failure;
    }

    /** Has a snapshot made as soon as the entries at hand are applied, and the log cut off. */
    void snapshot() {
        try {
            var _ =
                    server.snapshotManagementAsync(
                                    SnapshotManagementRequest.newCreate(
                                            clientId,
                                            self,
                                            groupId,
                                            CallId.getAndIncrement(),
                                            TimeUnit.MINUTES.toMillis(10),
                                            1))
                            .whenComplete(
                                    (_, failure) -> {
                                        if (failure != null) {
                                            LOG.log(
                                                    System.Logger.Level.WARNING,
                                                    "A snapshot was not made",
                                                    failure);
                                        }
                                    });
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "A snapshot was not made", e);
        }
    }

    /**
     * Has another member lead when this one does, so that the others need not find out by silence
     * that it is gone; tries each for at most {@link #HAND_OVER_MS}.
     */
    void handOver() {
        for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
            if (!division.getInfo().isLeader()) {
                return;
            }
            if (wire.isConnected(peer.getId().toString())) {
                handOver(peer);
            }
        }
    }

    /** Has another member lead when this one does and the other is connected. */
    void handOverTo(String successor) {
        for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
            if (peer.getId().toString().equals(successor) && wire.isConnected(successor)) {
                handOver(peer);
            }
        }
    }

    private void handOver(RaftPeer successor) {
        try {
            server.transferLeadership(
                    new TransferLeadershipRequest(
                            clientId,
                            self,
                            groupId,
                            CallId.getAndIncrement(),
                            successor.getId(),
                            HAND_OVER_MS));
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "{0} does not lead in the place of this member: {1}",
                    successor.getId(),
                    e);
        }
    }

    /** Whether this member takes part in elections, as far as it knows. */
    boolean isVoter() {
        return quorums().stream().anyMatch(quorum -> quorum.contains(self()));
    }

    /** Whether nobody listens any more where a member was; blocks for a moment. */
    boolean isRefusedBy(String member) {
        return wire.isRefusedBy(member);
    }

    /** The last entry of this member's log; one before all others when it is empty or closed. */
    TermIndex lastEntry() {
        try {
            TermIndex last = log().getLastEntryTermIndex();
            return last == null ? TermIndex.INITIAL_VALUE : last;
        } catch (IllegalStateException closed) {
            return TermIndex.INITIAL_VALUE;
        }
    }

    /** Has this member run for election in the place of a leader, as if that had asked it to. */
    void runForElection(String leader) {
        StartLeaderElectionRequestProto request =
                StartLeaderElectionRequestProto.newBuilder()
                        .setServerRequest(
                                RaftRpcRequestProto.newBuilder()
                                        .setRequestorId(ByteString.copyFromUtf8(leader))
                                        .setReplyId(ByteString.copyFromUtf8(self()))
                                        .setRaftGroupId(
                                                ProtoUtils.toRaftGroupIdProtoBuilder(groupId)))
                        .setLeaderLastEntry(lastEntry().toProto())
                        .build();
        var _ =
                wire.callHere(Kind.ELECT, request.toByteArray())
                        .whenComplete(
                                (_, failure) -> {
                                    if (failure != null) {
                                        LOG.log(
                                                System.Logger.Level.DEBUG,
                                                "This member does not run for election",
                                                failure);
                                    }
                                });
    }

    ReplicatedState state() {
        return state;
    }

    String self() {
        return options.self().id();
    }

    RaftLog log() {
        return division.getRaftLog();
    }

    @Override
    public void close() {
        Eviction.end(log());
        try {
            server.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The replica did not close as it should", e);
        }
    }
}
