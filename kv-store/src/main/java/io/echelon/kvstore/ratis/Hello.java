package io.echelon.kvstore.ratis;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What a member says first on a connection.
 *
 * @param group identity of the group that it belongs to
 * @param from its name
 * @param to name of the member that it wants to talk to
 */
record Hello(UUID group, String from, String to, Kind.Lane lane) {
    /** Says that the one that was called is the right one. */
    static final byte WELCOME = 1;

    private static final int MAGIC = 0x45434831;
    private static final int NAME_MAX_BYTES = 63;

    void write(DataOutputStream out) throws IOException {
        out.writeInt(MAGIC);
        out.writeLong(group.getMostSignificantBits());
        out.writeLong(group.getLeastSignificantBits());
        out.writeUTF(from);
        out.writeUTF(to);
        out.writeUTF(lane.name());
        out.flush();
    }

    static Hello read(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("This is no member");
        }
        UUID group = new UUID(in.readLong(), in.readLong());
        return new Hello(group, name(in), name(in), Kind.Lane.of(name(in)));
    }

    private static String name(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        if (length > NAME_MAX_BYTES) {
            throw new IOException("A name has %d bytes".formatted(length));
        }
        byte[] name = new byte[length];
        in.readFully(name);
        return new String(name, StandardCharsets.US_ASCII);
    }
}
