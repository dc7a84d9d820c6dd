package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Await;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueSettlement;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A program that enqueues messages, claims ten at a time and acknowledges nine of them, and prints
 * a line for every claim and every acknowledgement after it was made.
 */
final class ClaimPrinter {
    static final int MESSAGES = 5_000;

    private ClaimPrinter() {}

    public static void main(String[] args) {
        RocksKvStore store = RocksKvStore.open(RocksOptions.of(Path.of(args[0])));
        KvDatabase database = store.database("test");
        for (int i = 0; i < MESSAGES; i += 500) {
            AtomicWrite.Builder write = AtomicWrite.builder();
            for (int j = i; j < i + 500; j++) {
                byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(j).array();
                write.enqueue(
                        new Enqueue(new KvValue.V8(payload), Instant.now(), List.of(), List.of()));
            }
            Await.committed(database.commit(write.build()));
        }
        KvQueue queue = database.queue().orElseThrow();
        while (true) {
            List<QueueMessage> claimed = Await.result(queue.claim(10, KvQueue.LEASE_MAX));
            claimed.forEach(message -> print("claim", message));
            for (QueueMessage message :
                    claimed.subList(Math.min(1, claimed.size()), claimed.size())) {
                Await.result(queue.settle(List.of(new QueueSettlement.Ack(message.receipt()))));
                print("ack", message);
            }
        }
    }

    private static void print(String what, QueueMessage message) {
        System.out.println(what + " " + ByteBuffer.wrap(message.payload().data()).getInt() + " .");
        System.out.flush();
    }
}
