package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.rocksdb.Batch;
import io.echelon.kvstore.rocksdb.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GroupCommitTest {
    private final List<Appended> appended = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong nanos = new AtomicLong();
    private final GroupCommit groupCommit = new GroupCommit(this::append, nanos::get);

    private record Appended(List<Request> requests, CompletableFuture<byte[]> replies) {
        /** Answers each request with its session. */
        void done() {
            replies.complete(
                    LogCodec.join(
                            requests.stream()
                                    .map(request -> bytes(request.session().toString()))
                                    .toList()));
        }
    }

    private CompletableFuture<byte[]> append(byte[] content) {
        try {
            Appended entry =
                    new Appended(LogCodec.readRequests(content, 0), new CompletableFuture<>());
            appended.add(entry);
            return entry.replies();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static UUID session(int number) {
        return new UUID(0, number);
    }

    private CompletableFuture<byte[]> write(int session, int commands) {
        return groupCommit.write(
                LogCodec.write(
                        new Request(
                                session(session),
                                1,
                                0,
                                Collections.nCopies(commands, new Command.Sweep(1)))));
    }

    /** How many commands the requests of each entry have. */
    private List<List<Integer>> entries() {
        synchronized (appended) {
            return appended.stream()
                    .map(
                            entry ->
                                    entry.requests().stream()
                                            .map(request -> request.commands().size())
                                            .toList())
                    .toList();
        }
    }

    private static void assertReply(CompletableFuture<byte[]> reply, int session) {
        assertThat(reply).isCompleted();
        assertThat(reply.join()).isEqualTo(bytes(session(session).toString()));
    }

    @Test
    void appendsAtOnceWhatComesAlone() {
        CompletableFuture<byte[]> reply = write(1, 3);
        assertThat(entries()).containsExactly(List.of(3));
        appended.getFirst().done();
        assertReply(reply, 1);
    }

    @Test
    void gathersUntilAsMuchWaitsAsIsUnderWay() {
        CompletableFuture<byte[]> first = write(1, 10);
        CompletableFuture<byte[]> second = write(2, 4);
        CompletableFuture<byte[]> third = write(3, 5);
        assertThat(entries()).containsExactly(List.of(10));
        CompletableFuture<byte[]> fourth = write(4, 1);
        assertThat(entries()).containsExactly(List.of(10), List.of(4, 5, 1));
        var _ = write(5, 19);
        assertThat(entries()).hasSize(2);
        appended.get(1).done();
        assertThat(first).isNotDone();
        assertReply(second, 2);
        assertReply(third, 3);
        assertReply(fourth, 4);
        assertThat(entries()).endsWith(List.of(19));
    }

    @Test
    void appendsWhatWaitsWhenAnEntryIsDone() {
        var _ = write(1, 10);
        var _ = write(2, 1);
        var _ = write(3, 0);
        assertThat(entries()).hasSize(1);
        appended.getFirst().done();
        assertThat(entries()).containsExactly(List.of(10), List.of(1, 0));
    }

    @Test
    void putsNoTwoRequestsOfASessionIntoAnEntry() {
        var _ = write(1, 10);
        var _ = write(2, 4);
        var _ = write(2, 4);
        var _ = write(3, 2);
        assertThat(entries()).containsExactly(List.of(10), List.of(4));
        appended.get(0).done();
        assertThat(entries()).endsWith(List.of(4, 2));
    }

    @Test
    void putsNoMoreIntoAnEntryThanABatchMayHave() {
        int most = Batch.COMMANDS_MAX;
        var _ = write(1, most);
        var _ = write(2, most - 1);
        var _ = write(3, 1);
        assertThat(entries()).containsExactly(List.of(most), List.of(most - 1, 1));
        var _ = write(4, most - 1);
        var _ = write(5, 2);
        appended.get(0).done();
        assertThat(entries()).endsWith(List.of(most - 1));
        appended.get(1).done();
        appended.get(2).done();
        assertThat(entries()).endsWith(List.of(2));
    }

    @Test
    @Timeout(60)
    void failsTheRequestsOfAnEntryThatFailsAndGoesOn() {
        var _ = write(1, 10);
        CompletableFuture<byte[]> second = write(2, 6);
        CompletableFuture<byte[]> third = write(3, 6);
        CompletableFuture<byte[]> fourth = write(4, 10);
        appended.get(1).replies().completeExceptionally(new IOException("no majority"));
        for (CompletableFuture<byte[]> failed : List.of(second, third)) {
            assertThatThrownBy(failed::join).hasRootCauseMessage("no majority");
        }
        while (appended.size() < 3) {
            LockSupport.parkNanos(1_000_000);
        }
        appended.get(2).done();
        assertReply(fourth, 4);
    }

    @Test
    void failsRequestsWhoseRepliesAreNotOneForEach() {
        var _ = write(1, 2);
        CompletableFuture<byte[]> second = write(2, 1);
        CompletableFuture<byte[]> third = write(3, 1);
        appended.get(1).replies().complete(new byte[0]);
        assertThatThrownBy(second::join).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(third::join).hasCauseInstanceOf(IOException.class);
        assertThat(write(4, 3)).isNotDone();
        assertThat(entries()).endsWith(List.of(3));
    }

    /** A log that gives up may forget to say so. */
    @Test
    void isHeldUpByNoEntryForGood() {
        var _ = write(1, 100);
        var _ = write(2, 1);
        nanos.addAndGet(GroupCommit.HELD_UP.toNanos() - 1);
        var _ = write(3, 1);
        assertThat(entries()).hasSize(1);
        nanos.addAndGet(1);
        var _ = write(4, 1);
        assertThat(entries()).containsExactly(List.of(100), List.of(1, 1, 1));
    }
}
