package io.echelon.tests;

import java.io.ByteArrayOutputStream;

/** A message of protobuf in the making. */
final class Proto {
    private static final int BYTES = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Proto bytes(int field, byte[] value) {
        varint((field << 3) | BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    Proto number(int field, int value) {
        varint(field << 3);
        varint(value);
        return this;
    }

    byte[] message() {
        return out.toByteArray();
    }

    private void varint(int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
