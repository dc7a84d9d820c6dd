package io.echelon.isolatepool.graal;

import java.io.ByteArrayOutputStream;

/**
 * Lowers the maximum of a WebAssembly file's own memories, so that {@code memory.grow} beyond the
 * quota fails as the standard says it may, instead of being noticed afterwards (WebAssembly Core
 * 2.0, 5.5.8 and 5.3.7). A file that can't be read so is left alone: the engine refuses it.
 */
final class WasmMemoryLimit {
    private static final int HEADER_BYTES = 8;
    private static final int MEMORY_SECTION = 5;
    private static final int HAS_MAXIMUM = 1;

    private final byte[] file;
    private final long maxPages;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int position;

    private WasmMemoryLimit(byte[] file, long maxPages) {
        this.file = file;
        this.maxPages = maxPages;
    }

    /**
     * @param maxPages of 64 KiB, 1 or more
     */
    static byte[] apply(byte[] file, int maxPages) {
        try {
            return new WasmMemoryLimit(file, maxPages).rewrite();
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            return file;
        }
    }

    private byte[] rewrite() {
        out.write(file, 0, HEADER_BYTES);
        position = HEADER_BYTES;
        while (position < file.length) {
            int start = position;
            int id = file[position++];
            int length = Math.toIntExact(unsigned());
            int end = Math.addExact(position, length);
            if (id == MEMORY_SECTION) {
                byte[] section = memories();
                out.write(MEMORY_SECTION);
                writeUnsigned(out, section.length);
                out.writeBytes(section);
            } else {
                out.write(file, start, end - start);
            }
            position = end;
        }
        return out.toByteArray();
    }

    private byte[] memories() {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        long count = unsigned();
        writeUnsigned(section, count);
        for (long i = 0; i < count; i++) {
            int flags = file[position++];
            if ((flags & ~HAS_MAXIMUM) != 0) {
                throw new ArithmeticException("not a plain memory");
            }
            long minimum = unsigned();
            long maximum = flags == HAS_MAXIMUM ? unsigned() : Long.MAX_VALUE;
            section.write(HAS_MAXIMUM);
            writeUnsigned(section, minimum);
            // Never below the minimum, which would make the file invalid: such a one is stopped
            // when it runs.
            writeUnsigned(section, Math.max(minimum, Math.min(maximum, maxPages)));
        }
        return section.toByteArray();
    }

    /** An unsigned LEB128 number of at most 35 bits. */
    private long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = file[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new ArithmeticException("number too long");
    }

    private static void writeUnsigned(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
