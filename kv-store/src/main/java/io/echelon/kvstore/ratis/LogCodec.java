package io.echelon.kvstore.ratis;

import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueReceipt;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.rocksdb.Batch;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.kvstore.rocksdb.Standing;
import io.echelon.tenants.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Requests as gateways send them, and replies as the state gives and keeps them. A log entry is one
 * request, or several, behind the leader's time (8 bytes, milliseconds since 1970).
 */
final class LogCodec {
    /** Size from which a gateway puts no further commit into a request. */
    static final int REQUEST_FULL_BYTES = 1024 * 1024;

    /** Size of a request, at most: one that was nearly full, and a greatest commit. */
    static final int REQUEST_MAX_BYTES = 4 * 1024 * 1024;

    /** A refusal may quote a number of many thousand digits. */
    private static final int MESSAGE_MAX_CHARS = 2_000;

    /** Of one request. */
    private static final byte FORMAT = 1;

    /** Of several: how many they are, and each behind its length. */
    private static final byte FORMAT_JOINED = 2;

    private static final int SESSION_AT = 1;
    private static final int COMMANDS_AT = SESSION_AT + 4 * Long.BYTES;

    private static final byte COMMIT = 1;
    private static final byte SWEEP = 2;
    private static final byte CLAIM = 3;
    private static final byte SETTLE = 4;
    private static final byte REDRIVE = 5;
    private static final byte PURGE = 6;
    private static final byte DEPART = 7;
    private static final byte REMAIN = 8;
    private static final byte LEAVE = 9;
    private static final byte ARRIVE = 10;
    private static final byte RECEIVE = 11;
    private static final byte BEGIN = 12;
    private static final byte CLEAR = 13;

    private static final byte DONE = 1;
    private static final byte SUPERSEDED = 2;
    private static final byte FORGOTTEN = 3;

    private static final byte COMMITTED = 1;
    private static final byte CONFLICT = 2;
    private static final byte REFUSED = 3;
    private static final byte SWEPT = 4;
    private static final byte CLAIMED = 5;
    private static final byte SETTLED = 6;
    private static final byte MOVED = 7;
    private static final byte AWAY = 8;
    private static final byte STANDS = 9;

    private LogCodec() {}

    static byte[] write(Request request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeLong(request.session().getMostSignificantBits());
            out.writeLong(request.session().getLeastSignificantBits());
            out.writeLong(request.sequence());
            out.writeLong(request.answered());
            out.writeShort(request.commands().size());
            for (Command command : request.commands()) {
                switch (command) {
                    case Command.Commit commit -> {
                        out.writeByte(COMMIT);
                        out.writeUTF(commit.database());
                        CommitCodec.write(out, commit.write());
                    }
                    case Command.Sweep(int limit) -> {
                        out.writeByte(SWEEP);
                        out.writeInt(limit);
                    }
                    case Command.Claim(String database, int limit, long leaseMs) -> {
                        out.writeByte(CLAIM);
                        out.writeUTF(database);
                        out.writeShort(limit);
                        out.writeLong(leaseMs);
                    }
                    case Command.Settle(String database, List<QueueSettlement> settlements) -> {
                        out.writeByte(SETTLE);
                        out.writeUTF(database);
                        QueueCodec.writeSettlements(out, settlements);
                    }
                    case Command.Redrive(String database) -> {
                        out.writeByte(REDRIVE);
                        out.writeUTF(database);
                    }
                    case Command.Purge(String database, KvQueue.Part part) -> {
                        out.writeByte(PURGE);
                        out.writeUTF(database);
                        out.writeBoolean(part == KvQueue.Part.DEAD);
                    }
                    case Command.Step step -> write(out, step);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Command.Step step) throws IOException {
        out.writeByte(
                switch (step) {
                    case Command.Depart _ -> DEPART;
                    case Command.Remain _ -> REMAIN;
                    case Command.Leave _ -> LEAVE;
                    case Command.Arrive _ -> ARRIVE;
                    case Command.Receive _ -> RECEIVE;
                    case Command.Begin _ -> BEGIN;
                    case Command.Clear _ -> CLEAR;
                });
        out.writeUTF(step.database());
        out.write(step.move().bytes());
        switch (step) {
            case Command.Receive receive -> {
                out.writeBoolean(receive.messages());
                out.writeInt(receive.rows().length);
                out.write(receive.rows());
            }
            case Command.Begin begin -> out.writeLong(begin.after());
            default -> {}
        }
    }

    private static Command.Step readStep(byte kind, DataInputStream in) throws IOException {
        String database = in.readUTF();
        Versionstamp move = new Versionstamp(in.readLong(), in.readUnsignedShort());
        return switch (kind) {
            case DEPART -> new Command.Depart(database, move);
            case REMAIN -> new Command.Remain(database, move);
            case LEAVE -> new Command.Leave(database, move);
            case ARRIVE -> new Command.Arrive(database, move);
            case RECEIVE -> {
                boolean messages = in.readBoolean();
                yield new Command.Receive(database, move, messages, in.readNBytes(partLength(in)));
            }
            case BEGIN -> new Command.Begin(database, move, in.readLong());
            case CLEAR -> new Command.Clear(database, move);
            default -> throw new IOException("A command has the unknown kind " + kind);
        };
    }

    /** The session of a written request. */
    static UUID session(byte[] request) {
        ByteBuffer in = ByteBuffer.wrap(request, SESSION_AT, 2 * Long.BYTES);
        return new UUID(in.getLong(), in.getLong());
    }

    /** How many commands a written request has. */
    static int commands(byte[] request) {
        return Short.toUnsignedInt(ByteBuffer.wrap(request).getShort(COMMANDS_AT));
    }

    /**
     * The content of an entry, from its written requests, or the reply to it, from theirs in the
     * same order; at least one.
     */
    static byte[] join(List<byte[]> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        int size = 1 + Short.BYTES;
        for (byte[] part : parts) {
            size += Integer.BYTES + part.length;
        }
        ByteBuffer out =
                ByteBuffer.allocate(size).put(FORMAT_JOINED).putShort((short) parts.size());
        for (byte[] part : parts) {
            out.putInt(part.length).put(part);
        }
        return out.array();
    }

    /** The replies to so many requests of an entry. */
    static List<byte[]> splitReplies(byte[] joined, int count) throws IOException {
        if (count == 1) {
            return List.of(joined);
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(joined));
        if (in.readByte() != FORMAT_JOINED || in.readUnsignedShort() != count) {
            throw new IOException("An entry's reply is none to %d requests".formatted(count));
        }
        List<byte[]> replies = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            replies.add(in.readNBytes(partLength(in)));
        }
        return replies;
    }

    /** The requests of an entry's content. */
    static List<Request> readRequests(byte[] bytes, int offset) throws IOException {
        DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(bytes, offset, bytes.length - offset));
        if (in.readByte() != FORMAT_JOINED) {
            return List.of(readRequest(bytes, offset, bytes.length - offset));
        }
        List<Request> requests = new ArrayList<>();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            int length = partLength(in);
            requests.add(readRequest(bytes, bytes.length - in.available(), length));
            in.skipNBytes(length);
        }
        return requests;
    }

    private static int partLength(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("A part of an entry has the impossible length " + length);
        }
        return length;
    }

    private static Request readRequest(byte[] bytes, int offset, int length) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, offset, length));
        byte format = in.readByte();
        if (format != FORMAT) {
            throw new IOException(
                    "A log entry has format %d and this program knows format %d"
                            .formatted(format, FORMAT));
        }
        UUID session = new UUID(in.readLong(), in.readLong());
        long sequence = in.readLong();
        long answered = in.readLong();
        int count = in.readUnsignedShort();
        if (count > Batch.COMMANDS_MAX) {
            throw new IOException("A log entry has %,d commands".formatted(count));
        }
        List<Command> commands = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte kind = in.readByte();
            commands.add(
                    switch (kind) {
                        case COMMIT -> new Command.Commit(in.readUTF(), CommitCodec.read(in));
                        case SWEEP -> new Command.Sweep(in.readInt());
                        case CLAIM ->
                                new Command.Claim(
                                        in.readUTF(), in.readUnsignedShort(), in.readLong());
                        case SETTLE ->
                                new Command.Settle(in.readUTF(), QueueCodec.readSettlements(in));
                        case REDRIVE -> new Command.Redrive(in.readUTF());
                        case PURGE ->
                                new Command.Purge(
                                        in.readUTF(),
                                        in.readBoolean() ? KvQueue.Part.DEAD : KvQueue.Part.LIVE);
                        default -> readStep(kind, in);
                    });
        }
        return new Request(session, sequence, answered, commands);
    }

    static byte[] write(Reply reply) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            switch (reply) {
                case Reply.Superseded _ -> out.writeByte(SUPERSEDED);
                case Reply.Forgotten _ -> out.writeByte(FORGOTTEN);
                case Reply.Done(List<Decision> decisions) -> {
                    out.writeByte(DONE);
                    out.writeShort(decisions.size());
                    for (Decision decision : decisions) {
                        write(out, decision);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Reply readReply(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        byte kind = in.readByte();
        return switch (kind) {
            case SUPERSEDED -> new Reply.Superseded();
            case FORGOTTEN -> new Reply.Forgotten();
            case DONE -> {
                List<Decision> decisions = new ArrayList<>();
                for (int i = in.readUnsignedShort(); i > 0; i--) {
                    decisions.add(readDecision(in));
                }
                yield new Reply.Done(decisions);
            }
            default -> throw new IOException("A reply has the unknown kind " + kind);
        };
    }

    private static void write(DataOutputStream out, Decision decision) throws IOException {
        switch (decision) {
            case Decision.Made(CommitResult.Committed(Versionstamp versionstamp)) -> {
                out.writeByte(COMMITTED);
                out.write(versionstamp.bytes());
            }
            case Decision.Made(CommitResult.Conflict(List<Integer> failedChecks)) -> {
                out.writeByte(CONFLICT);
                out.writeByte(failedChecks.size());
                for (int check : failedChecks) {
                    out.writeByte(check);
                }
            }
            case Decision.Refused(ErrorCode code, String message) -> {
                out.writeByte(REFUSED);
                out.writeUTF(code.name());
                out.writeUTF(
                        message.length() <= MESSAGE_MAX_CHARS
                                ? message
                                : message.substring(0, MESSAGE_MAX_CHARS) + " …");
            }
            case Decision.Swept(int rows) -> {
                out.writeByte(SWEPT);
                out.writeInt(rows);
            }
            case Decision.Claimed(List<QueueMessage> messages) -> {
                out.writeByte(CLAIMED);
                QueueCodec.writeMessages(out, messages);
            }
            case Decision.Settled(List<Optional<QueueReceipt>> receipts) -> {
                out.writeByte(SETTLED);
                QueueCodec.writeReceipts(out, receipts);
            }
            case Decision.Moved(int messages) -> {
                out.writeByte(MOVED);
                out.writeInt(messages);
            }
            case Decision.Away _ -> out.writeByte(AWAY);
            case Decision.Stands(Standing standing, long stamp) -> {
                out.writeByte(STANDS);
                out.writeByte(standing.code());
                out.writeLong(stamp);
            }
        }
    }

    private static Decision readDecision(DataInputStream in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case COMMITTED -> {
                byte[] versionstamp = new byte[Versionstamp.BYTES];
                in.readFully(versionstamp);
                yield new Decision.Made(new CommitResult.Committed(Versionstamp.of(versionstamp)));
            }
            case CONFLICT -> {
                List<Integer> failed = new ArrayList<>();
                for (int i = in.readUnsignedByte(); i > 0; i--) {
                    failed.add(in.readUnsignedByte());
                }
                yield new Decision.Made(new CommitResult.Conflict(failed));
            }
            case REFUSED -> new Decision.Refused(ErrorCode.valueOf(in.readUTF()), in.readUTF());
            case SWEPT -> new Decision.Swept(in.readInt());
            case CLAIMED -> new Decision.Claimed(QueueCodec.readMessages(in));
            case SETTLED -> new Decision.Settled(QueueCodec.readReceipts(in));
            case MOVED -> new Decision.Moved(in.readInt());
            case AWAY -> new Decision.Away();
            case STANDS -> new Decision.Stands(Standing.of(in.readByte()), in.readLong());
            default -> throw new IOException("A decision has the unknown kind " + kind);
        };
    }
}
