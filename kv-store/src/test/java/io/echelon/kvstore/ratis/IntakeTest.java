package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.MetadataProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.ProtoUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that is told things by a leader that this test makes up. */
class IntakeTest {
    private static final UUID GROUP = UUID.fromString("00000000-0000-4000-8000-000000000003");
    private static final long TERM = 1_000;
    private static final int ROUNDS = 200;
    private static final int MORE = 5;

    @TempDir Path folder;

    @Test
    void aPieceThatBeginsLikeOneThatIsBeingWrittenIsNotTakenForIt() throws Exception {
        List<Member> members = Group3.freeMembers("a", "b", "c");
        Member member = Group3.member(members, "b");
        try (RatisKvStore store =
                        RatisKvStore.open(
                                RatisOptions.of(
                                        RocksOptions.of(folder), GROUP, member, members, null));
                Link link = Link.open(address(member), hello(), null)) {
            long written = 0;
            int confirmed = 0;
            for (int round = 0; round < ROUNDS; round++) {
                // The leader's connection breaks, and it sends again, with what came meanwhile.
                CompletableFuture<byte[]> first = link.call(Kind.APPEND, piece(written, 1));
                CompletableFuture<byte[]> second = link.call(Kind.APPEND, piece(written, MORE));
                assertThat(reply(first).getMatchIndex()).isEqualTo(written);
                written++;
                long claimed;
                try {
                    AppendEntriesReplyProto again = reply(second);
                    // The very first entry is committed as soon as it is written, and what is
                    // committed is not taken again.
                    boolean taken = again.getResult() == AppendResult.SUCCESS;
                    claimed = taken ? again.getMatchIndex() : written - 1;
                    confirmed += taken ? 1 : 0;
                } catch (ExecutionException refused) {
                    assertThat(refused).hasMessageContaining("still being written");
                    claimed = written - 1;
                }
                AppendEntriesReplyProto alive = reply(link.call(Kind.HEARTBEAT, piece(written, 0)));
                assertThat(alive.getResult()).isEqualTo(AppendResult.SUCCESS);
                assertThat(alive.getNextIndex()).as("round %d", round).isEqualTo(claimed + 1);
                written = claimed + 1;
            }
            assertThat(confirmed).as("not all were refused, or all were").isBetween(0, ROUNDS);
            assertThat(store.status().leader()).isEqualTo("a");
        }
    }

    private static AppendEntriesReplyProto reply(CompletableFuture<byte[]> answer)
            throws IOException, ExecutionException, InterruptedException {
        return AppendEntriesReplyProto.parseFrom(answer.get());
    }

    private static InetSocketAddress address(Member member) {
        return new InetSocketAddress(member.host(), member.port());
    }

    private static Hello hello() {
        return new Hello(GROUP, "a", "b", Kind.Lane.LOG);
    }

    private static byte[] piece(long from, int count) {
        AppendEntriesRequestProto.Builder piece =
                AppendEntriesRequestProto.newBuilder()
                        .setServerRequest(
                                RaftRpcRequestProto.newBuilder()
                                        .setRequestorId(ByteString.copyFromUtf8("a"))
                                        .setReplyId(ByteString.copyFromUtf8("b"))
                                        .setRaftGroupId(
                                                ProtoUtils.toRaftGroupIdProtoBuilder(
                                                        RaftGroupId.valueOf(GROUP)))
                                        .setCallId(CallId.getAndIncrement()))
                        .setLeaderTerm(TERM);
        if (from > 0) {
            piece.setPreviousLog(TermIndexProto.newBuilder().setTerm(TERM).setIndex(from - 1));
        }
        for (int i = 0; i < count; i++) {
            piece.addEntries(
                    LogEntryProto.newBuilder()
                            .setTerm(TERM)
                            .setIndex(from + i)
                            .setMetadataEntry(MetadataProto.newBuilder().setCommitIndex(0)));
        }
        return piece.build().toByteArray();
    }
}
