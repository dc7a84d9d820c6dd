package io.echelon.kvstore.ratis;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What goes over a connection between members. A frame is the length of what follows (4 bytes), the
 * number of the call (8), a code (1) and a payload; the code is a {@link Kind} on the way there,
 * and on the way back one of the outcomes below, whose payload is a text unless all went well.
 */
final class Frames {
    static final byte DONE = 0;
    static final byte FAILED = 1;
    static final byte FULL = 2;
    static final byte NOT_READY = 3;

    /** Most bytes of a frame: the largest piece of the log or of a snapshot, and some room. */
    static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int HEAD_BYTES = Long.BYTES + 1;

    private Frames() {}

    record Frame(long number, byte code, byte[] payload) {
        byte[] encoded() {
            return ByteBuffer.allocate(Integer.BYTES + HEAD_BYTES + payload.length)
                    .putInt(HEAD_BYTES + payload.length)
                    .putLong(number)
                    .put(code)
                    .put(payload)
                    .array();
        }
    }

    static Frame read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < HEAD_BYTES || length > MAX_BYTES) {
            throw new IOException(
                    "A frame has %,d bytes; %d to %,d are allowed"
                            .formatted(length, HEAD_BYTES, MAX_BYTES));
        }
        long number = in.readLong();
        byte code = in.readByte();
        byte[] payload = new byte[length - HEAD_BYTES];
        in.readFully(payload);
        return new Frame(number, code, payload);
    }
}
