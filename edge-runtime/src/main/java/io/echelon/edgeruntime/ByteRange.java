package io.echelon.edgeruntime;

import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a file a caller wants.
 *
 * @param first position of the first byte
 * @param length number of bytes
 * @param satisfiable whether the file has any of what was asked for
 */
record ByteRange(long first, long length, boolean satisfiable) {
    private static final String UNIT = "bytes=";

    /**
     * Reads the header {@code range}; the whole file when it is absent, asks for several ranges or
     * can't be understood, as RFC 9110 allows.
     *
     * @param size of the file, in bytes
     */
    static ByteRange parse(@Nullable String header, long size) {
        ByteRange whole = new ByteRange(0, size, true);
        if (header == null || !header.startsWith(UNIT) || header.indexOf(',') >= 0) {
            return whole;
        }
        String text = header.substring(UNIT.length()).strip();
        int dash = text.indexOf('-');
        if (dash < 0 || text.length() > 40) {
            return whole;
        }
        try {
            if (dash == 0) {
                long last = Math.min(size, Long.parseLong(text.substring(1)));
                return new ByteRange(size - last, last, last > 0);
            }
            long first = Long.parseLong(text.substring(0, dash));
            String end = text.substring(dash + 1);
            long last = end.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(end));
            if (!end.isEmpty() && last < first && first < size) {
                return whole;
            }
            return first < size
                    ? new ByteRange(first, last - first + 1, true)
                    : new ByteRange(0, 0, false);
        } catch (NumberFormatException notUnderstood) {
            return whole;
        }
    }

    /** The value of the header {@code content-range}. */
    String header(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
