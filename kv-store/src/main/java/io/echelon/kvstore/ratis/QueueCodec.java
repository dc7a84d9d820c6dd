package io.echelon.kvstore.ratis;

import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.Versionstamp;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Claims of messages and their ends as they stand in the log and in replies. */
final class QueueCodec {
    private static final byte ACK = 1;
    private static final byte RETRY = 2;
    private static final byte RETRY_AFTER = 3;
    private static final byte RELEASE = 4;
    private static final byte EXTEND = 5;
    private static final byte AGAIN = 6;
    private static final byte GIVE_UP = 7;

    private QueueCodec() {}

    static void writeSettlements(DataOutput out, List<QueueSettlement> settlements)
            throws IOException {
        out.writeShort(settlements.size());
        for (QueueSettlement settlement : settlements) {
            switch (settlement) {
                case QueueSettlement.Ack _ -> out.writeByte(ACK);
                case QueueSettlement.Retry retry -> {
                    Duration delay = retry.delay();
                    out.writeByte(delay == null ? RETRY : RETRY_AFTER);
                    if (delay != null) {
                        out.writeLong(delay.toMillis());
                    }
                }
                case QueueSettlement.Again again -> {
                    out.writeByte(AGAIN);
                    out.writeLong(again.delay().toMillis());
                }
                case QueueSettlement.GiveUp _ -> out.writeByte(GIVE_UP);
                case QueueSettlement.Release release -> {
                    out.writeByte(RELEASE);
                    out.writeLong(release.delay().toMillis());
                }
                case QueueSettlement.Extend extend -> {
                    out.writeByte(EXTEND);
                    out.writeLong(extend.lease().toMillis());
                }
            }
            write(out, settlement.receipt());
        }
    }

    static List<QueueSettlement> readSettlements(DataInput in) throws IOException {
        List<QueueSettlement> settlements = new ArrayList<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            byte kind = in.readByte();
            settlements.add(
                    switch (kind) {
                        case ACK -> new QueueSettlement.Ack(readReceipt(in));
                        case RETRY -> new QueueSettlement.Retry(readReceipt(in), null);
                        case RETRY_AFTER -> {
                            Duration delay = Duration.ofMillis(in.readLong());
                            yield new QueueSettlement.Retry(readReceipt(in), delay);
                        }
                        case AGAIN -> {
                            Duration delay = Duration.ofMillis(in.readLong());
                            yield new QueueSettlement.Again(readReceipt(in), delay);
                        }
                        case GIVE_UP -> new QueueSettlement.GiveUp(readReceipt(in));
                        case RELEASE -> {
                            Duration delay = Duration.ofMillis(in.readLong());
                            yield new QueueSettlement.Release(readReceipt(in), delay);
                        }
                        case EXTEND -> {
                            Duration lease = Duration.ofMillis(in.readLong());
                            yield new QueueSettlement.Extend(readReceipt(in), lease);
                        }
                        default ->
                                throw new IOException("A settlement has the unknown kind " + kind);
                    });
        }
        return settlements;
    }

    static void writeMessages(DataOutput out, List<QueueMessage> messages) throws IOException {
        out.writeShort(messages.size());
        for (QueueMessage message : messages) {
            write(out, message.receipt());
            byte[] payload = message.payload().data();
            out.writeInt(payload.length);
            out.write(payload);
            out.writeLong(message.sent().toEpochMilli());
            out.writeInt(message.attempts());
            out.writeByte(message.retriesLeft());
        }
    }

    static List<QueueMessage> readMessages(DataInput in) throws IOException {
        List<QueueMessage> messages = new ArrayList<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            QueueReceipt receipt = readReceipt(in);
            byte[] payload = new byte[in.readInt()];
            in.readFully(payload);
            messages.add(
                    new QueueMessage(
                            receipt,
                            new KvValue.V8(payload),
                            Instant.ofEpochMilli(in.readLong()),
                            in.readInt(),
                            in.readByte()));
        }
        return messages;
    }

    static void writeReceipts(DataOutput out, List<Optional<QueueReceipt>> receipts)
            throws IOException {
        out.writeShort(receipts.size());
        for (Optional<QueueReceipt> receipt : receipts) {
            out.writeBoolean(receipt.isPresent());
            if (receipt.isPresent()) {
                write(out, receipt.get());
            }
        }
    }

    static List<Optional<QueueReceipt>> readReceipts(DataInput in) throws IOException {
        List<Optional<QueueReceipt>> receipts = new ArrayList<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            receipts.add(in.readBoolean() ? Optional.of(readReceipt(in)) : Optional.empty());
        }
        return receipts;
    }

    private static void write(DataOutput out, QueueReceipt receipt) throws IOException {
        out.write(receipt.versionstamp().bytes());
        out.writeShort(receipt.position());
        out.writeLong(receipt.leaseEnd().toEpochMilli());
        out.writeInt(receipt.claim());
    }

    private static QueueReceipt readReceipt(DataInput in) throws IOException {
        byte[] stamp = new byte[Versionstamp.BYTES];
        in.readFully(stamp);
        return new QueueReceipt(
                Versionstamp.of(stamp),
                in.readUnsignedShort(),
                Instant.ofEpochMilli(in.readLong()),
                in.readInt());
    }
}
