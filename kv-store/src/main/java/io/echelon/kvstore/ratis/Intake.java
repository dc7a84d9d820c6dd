package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * Hands what leaders and candidates send to Ratis, one after the other, for Ratis 3.3.0 does not
 * hold together what Raft needs to be one step:
 *
 * <ul>
 *   <li>It takes a piece of the log for a repetition of another that is still being written when
 *       both begin with the same entry, and says that it has written all of it. A leader that sends
 *       again after a connection broke has more entries by then; it took them for replicated.
 *       Without {@code compose} it says so of a true repetition before that is on the disk. So one
 *       piece is written at a time, and another is refused meanwhile; its leader sends it again.
 *   <li>It decides whether it believes a leader under a lock, and adds the entries after it has let
 *       go of that. A vote for another in between was given without these entries, and yet they
 *       were confirmed. So a vote waits until they are added.
 * </ul>
 *
 * <p>The second needs {@code raft.server.log.append-entries.compose.enabled} to be off: then
 * entries are added by the thread that calls, before the call returns.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class Intake {
    private final RaftServer server;
    private final Lock order = new ReentrantLock();

    /** Guarded by {@link #order}. */
    private @Nullable CompletableFuture<AppendEntriesReplyProto> beingWritten;

    Intake(RaftServer server) {
        this.server = server;
    }

    /**
     * A piece of the log, or none, as a sign of life.
     *
     * @throws IOException when an earlier piece is still being written
     */
    CompletableFuture<AppendEntriesReplyProto> entries(AppendEntriesRequestProto request)
            throws IOException {
        order.lock();
        try {
            if (request.getEntriesCount() == 0) {
                return server.appendEntriesAsync(request);
            }
            if (beingWritten != null && !beingWritten.isDone()) {
                throw new IOException("A piece of the log is still being written");
            }
            beingWritten = server.appendEntriesAsync(request);
            return beingWritten;
        } finally {
            order.unlock();
        }
    }

    InstallSnapshotReplyProto snapshot(InstallSnapshotRequestProto request) throws IOException {
        order.lock();
        try {
            InstallSnapshotReplyProto reply = server.installSnapshot(request);
            if (request.getSnapshotChunk().getDone()) {
                // What still was to be written is dropped without a word.
                beingWritten = null;
            }
            return reply;
        } finally {
            order.unlock();
        }
    }

    RequestVoteReplyProto vote(RequestVoteRequestProto request) throws IOException {
        order.lock();
        try {
            return server.requestVote(request);
        } finally {
            order.unlock();
        }
    }

    StartLeaderElectionReplyProto election(StartLeaderElectionRequestProto request)
            throws IOException {
        order.lock();
        try {
            return server.startLeaderElection(request);
        } finally {
            order.unlock();
        }
    }
}
