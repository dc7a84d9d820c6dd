package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * Sends the log to one follower while this member leads. One piece of the log is on its way at a
 * time, and what comes meanwhile gathers for the next; the reply is dealt with by the thread that
 * reads it. Heartbeats, and how far the log is committed when there is no piece to send that with,
 * go beside it.
 *
 * <p>Thread safety: {@link #run} has a thread of its own; replies come in on others.
 */
final class Appender extends LogAppenderBase {
    private static final System.Logger LOG = System.getLogger(Appender.class.getName());
    private static final long PAUSE_MS = 50;

    private final Wire wire;

    /** Has a permit when something has happened since the last look; the base class loses some. */
    private final Semaphore news = new Semaphore(0);

    private volatile @Nullable Piece underWay;
    private volatile boolean beating;
    private volatile boolean failed;

    /** The last snapshot that the log of this program says was sent. */
    private long announced = -1;

    /** A piece of the log that is on its way. */
    private record Piece(long number, long firstIndex) {}

    Appender(RaftServer.Division server, LeaderState leader, FollowerInfo follower, Wire wire) {
        super(server, leader, follower);
        this.wire = wire;
    }

    @Override
    public long getCallId() {
        return CallId.get();
    }

    @Override
    public Comparator<Long> getCallIdComparator() {
        return CallId.getComparator();
    }

    @Override
    public boolean hasPendingDataRequests() {
        return underWay != null;
    }

    @Override
    public void notifyLogAppender() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    @Override
    public void run() throws InterruptedException, IOException {
        while (isRunning()) {
            if (failed) {
                failed = false;
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
            sendWhatIsDue();
            getLeaderState().checkHealth(getFollower());
            if (isRunning() && !failed) {
                var _ =
                        news.tryAcquire(
                                Math.max(1, getHeartbeatWaitTimeMs()), TimeUnit.MILLISECONDS);
                news.drainPermits();
            }
        }
    }

    private void sendWhatIsDue() throws IOException {
        boolean heartbeatIsDue = getHeartbeatWaitTimeMs() <= 0;
        if (underWay != null) {
            if (heartbeatIsDue) {
                beat();
            }
            return;
        }
        SnapshotInfo snapshot = shouldInstallSnapshot();
        if (snapshot != null) {
            install(snapshot);
        } else if (heartbeatIsDue) {
            beat();
        }
        if (snapshot == null && hasAppendEntries()) {
            append();
        } else if (knowsLess() && !beating) {
            beat();
        }
    }

    /** Whether the follower has not been told all that is committed. */
    private boolean knowsLess() {
        return getFollower().getCommitIndex()
                < Math.min(getRaftLog().getLastCommittedIndex(), getFollower().getMatchIndex());
    }

    private void append() throws IOException {
        AppendEntriesRequestProto request =
                newAppendEntriesRequest(CallId.getAndIncrement(), false);
        if (request == null) {
            failed = true;
        } else if (request.getEntriesCount() == 0) {
            send(request, null);
        } else {
            Piece piece =
                    new Piece(
                            request.getServerRequest().getCallId(),
                            request.getEntries(0).getIndex());
            underWay = piece;
            send(request, piece);
        }
    }

    private void beat() throws IOException {
        AppendEntriesRequestProto request = newAppendEntriesRequest(CallId.getAndIncrement(), true);
        beating = true;
        send(request, null);
    }

    private void send(AppendEntriesRequestProto request, @Nullable Piece piece) {
        resetHeartbeatTrigger();
        getFollower().updateLastRpcSendTime(piece == null);
        Timestamp sent = Timestamp.currentTime();
        var _ =
                wire.call(
                                getFollowerId().toString(),
                                piece == null ? Kind.HEARTBEAT : Kind.APPEND,
                                request.toByteArray())
                        .whenComplete(
                                (reply, failure) -> {
                                    if (failure == null) {
                                        replied(reply, piece, sent);
                                    } else {
                                        LOG.log(
                                                System.Logger.Level.DEBUG,
                                                "{0} sent in vain: {1}",
                                                this,
                                                failure);
                                        failed = true;
                                        over(piece);
                                    }
                                });
    }

    private void over(@Nullable Piece piece) {
        if (piece == null) {
            beating = false;
        } else if (piece.equals(underWay)) {
            underWay = null;
        }
        notifyLogAppender();
    }

    private void replied(byte[] bytes, @Nullable Piece piece, Timestamp sent) {
        try {
            replied(AppendEntriesReplyProto.parseFrom(bytes), piece, sent);
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, this + " cannot deal with a reply", e);
            failed = true;
        } finally {
            over(piece);
        }
    }

    private void replied(AppendEntriesReplyProto reply, @Nullable Piece piece, Timestamp sent) {
        FollowerInfo follower = getFollower();
        follower.updateLastRpcResponseTime();
        follower.updateLastRespondedAppendEntriesSendTime(sent);
        switch (reply.getResult()) {
            case SUCCESS -> {
                getLeaderState().onFollowerCommitIndex(follower, reply.getFollowerCommit());
                // Only a piece that was written tells what the follower has on its disk.
                if (piece != null && follower.updateMatchIndex(reply.getMatchIndex())) {
                    follower.updateNextIndex(reply.getMatchIndex() + 1);
                    getLeaderState().onFollowerSuccessAppendEntries(follower);
                }
            }
            case NOT_LEADER -> {
                var _ = onFollowerTerm(reply.getTerm());
            }
            case INCONSISTENCY -> {
                if (piece != null || underWay == null) {
                    follower.setNextIndex(
                            getNextIndexForInconsistency(
                                    piece == null ? RaftLog.INVALID_LOG_INDEX : piece.firstIndex(),
                                    reply.getNextIndex()));
                }
            }
            case UNRECOGNIZED -> failed = true;
        }
        getLeaderState().onAppendEntriesReply(this, reply);
    }

    private void install(SnapshotInfo snapshot) throws InterruptedIOException {
        if (announced != snapshot.getIndex()) {
            announced = snapshot.getIndex();
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} sends the snapshot {1}",
                    this,
                    snapshot.getTermIndex());
        }
        InstallSnapshotReplyProto reply = null;
        try {
            for (InstallSnapshotRequestProto part :
                    newInstallSnapshotRequests(UUID.randomUUID().toString(), snapshot)) {
                getFollower().updateLastRpcSendTime(false);
                reply = getServerRpc().installSnapshot(part);
                getFollower().updateLastRpcResponseTime();
                if (!reply.getServerReply().getSuccess()) {
                    break;
                }
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, this + " could not send a snapshot", e);
            failed = true;
            return;
        }
        if (reply == null) {
            failed = true;
            return;
        }
        switch (reply.getResult()) {
            case NOT_LEADER -> {
                var _ = onFollowerTerm(reply.getTerm());
            }
            case SUCCESS, ALREADY_INSTALLED -> {
                getFollower().setSnapshotIndex(snapshot.getTermIndex().getIndex());
                getFollower().setAttemptedToInstallSnapshot();
            }
            case SNAPSHOT_UNAVAILABLE, SNAPSHOT_EXPIRED ->
                    getFollower().setAttemptedToInstallSnapshot();
            default -> failed = true;
        }
    }
}
