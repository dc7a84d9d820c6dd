package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** What Ratis' members ask one another, as calls over a {@link Wire}; for any thread. */
final class RaftCalls implements RaftServerRpc {
    private final RpcType type;
    private final Intake intake;
    private final Wire wire;

    /** Where votes are decided, which may write to the disk. */
    private final Executor votes =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("kv-store-vote-", 0).factory());

    RaftCalls(RpcType type, RaftServer server, Wire wire) {
        this.type = type;
        this.intake = new Intake(server);
        this.wire = wire;
    }

    @Override
    public RpcType getRpcType() {
        return type;
    }

    @Override
    public void start() throws IOException {
        wire.open(this::answer);
    }

    @Override
    public void close() {
        wire.close();
    }

    @Override
    public InetSocketAddress getInetSocketAddress() {
        Member self = wire.options().self();
        return new InetSocketAddress(self.host(), self.port());
    }

    @Override
    public void handleException(RaftPeerId member, Exception failure, boolean reconnect) {
        // A connection that failed is not used again.
    }

    @Override
    public void addRaftPeers(Collection<RaftPeer> peers) {
        peers.forEach(peer -> wire.know(new Member(peer.getId().toString(), peer.getAddress())));
    }

    @Override
    public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
        return RequestVoteReplyProto.parseFrom(
                call(request.getServerRequest().getReplyId(), Kind.VOTE, request.toByteArray()));
    }

    @Override
    public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
            throws IOException {
        return AppendEntriesReplyProto.parseFrom(
                call(request.getServerRequest().getReplyId(), Kind.APPEND, request.toByteArray()));
    }

    @Override
    public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
            throws IOException {
        return InstallSnapshotReplyProto.parseFrom(
                call(
                        request.getServerRequest().getReplyId(),
                        Kind.SNAPSHOT,
                        request.toByteArray()));
    }

    @Override
    public StartLeaderElectionReplyProto startLeaderElection(
            StartLeaderElectionRequestProto request) throws IOException {
        return StartLeaderElectionReplyProto.parseFrom(
                call(request.getServerRequest().getReplyId(), Kind.ELECT, request.toByteArray()));
    }

    private byte[] call(ByteString member, Kind kind, byte[] payload) throws IOException {
        try {
            return wire.call(member.toStringUtf8(), kind, payload).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while a member was asked");
        } catch (ExecutionException e) {
            throw new IOException("A member was asked in vain", e.getCause());
        }
    }

    private CompletableFuture<byte[]> answer(Kind kind, byte[] payload) {
        try {
            return switch (kind) {
                case APPEND, HEARTBEAT -> {
                    wire.heard();
                    yield intake.entries(AppendEntriesRequestProto.parseFrom(in(payload)))
                            .thenApply(AppendEntriesReplyProto::toByteArray);
                }
                case SNAPSHOT ->
                        CompletableFuture.completedFuture(
                                intake.snapshot(InstallSnapshotRequestProto.parseFrom(in(payload)))
                                        .toByteArray());
                case VOTE ->
                        decide(
                                () ->
                                        intake.vote(RequestVoteRequestProto.parseFrom(payload))
                                                .toByteArray());
                case ELECT ->
                        decide(
                                () ->
                                        intake.election(
                                                        StartLeaderElectionRequestProto.parseFrom(
                                                                payload))
                                                .toByteArray());
                case REQUEST, QUESTION, JOIN -> wire.ask(kind, payload);
            };
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Reads from bytes that nobody changes, so that entries need not be copied out of them. */
    private static CodedInputStream in(byte[] payload) {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(payload).newCodedInput();
        in.enableAliasing(true);
        return in;
    }

    private interface Decision {
        byte[] decide() throws IOException;
    }

    private CompletableFuture<byte[]> decide(Decision decision) {
        CompletableFuture<byte[]> decided = new CompletableFuture<>();
        votes.execute(
                () -> {
                    try {
                        decided.complete(decision.decide());
                    } catch (IOException | RuntimeException e) {
                        decided.completeExceptionally(e);
                    }
                });
        return decided;
    }
}
