package io.echelon.edgeruntime;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Undoes {@code content-encoding: gzip} and {@code deflate}, a bounded piece at a time, so that a
 * small body which unpacks to a huge one is held back like any other.
 *
 * <p><b>Thread safety.</b> For one thread at a time.
 */
final class ContentDecoder implements AutoCloseable {
    /** The most that {@link #next} gives at once, in bytes. */
    static final int PIECE_BYTES = 64 * 1024;

    private static final int HEADER_MAX_BYTES = 64 * 1024;
    private static final int GZIP_TRAILER_BYTES = 8;

    private enum Format {
        GZIP,
        DEFLATE
    }

    private enum Step {
        HEADER,
        BODY,
        TRAILER,
        DONE
    }

    private final Format format;
    private final CRC32 checksum = new CRC32();
    private Inflater inflater;
    private Step step = Step.HEADER;
    private byte[] input = new byte[0];
    private int at;

    private ContentDecoder(Format format) {
        this.format = format;
        this.inflater = new Inflater(true);
    }

    /** The decoder for a value of the header; null when there is none. */
    static @Nullable ContentDecoder of(@Nullable String contentEncoding) {
        if (contentEncoding == null) {
            return null;
        }
        return switch (contentEncoding.strip().toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> new ContentDecoder(Format.GZIP);
            case "deflate" -> new ContentDecoder(Format.DEFLATE);
            default -> null;
        };
    }

    /** Gives the decoder more to work on. */
    void offer(byte[] piece) {
        if (at == input.length) {
            input = piece;
        } else {
            byte[] joined = Arrays.copyOfRange(input, at, input.length + piece.length);
            System.arraycopy(piece, 0, joined, input.length - at, piece.length);
            input = joined;
        }
        at = 0;
    }

    /**
     * What is unpacked next, never empty; null when more input is needed.
     *
     * @throws DataFormatException when the input is not what it should be
     */
    byte @Nullable [] next() throws DataFormatException {
        while (true) {
            switch (step) {
                case HEADER -> {
                    if (!header()) {
                        return null;
                    }
                }
                case BODY -> {
                    byte[] piece = body();
                    if (piece != null) {
                        return piece;
                    }
                    if (step == Step.BODY) {
                        return null;
                    }
                }
                case TRAILER -> {
                    if (!trailer()) {
                        return null;
                    }
                }
                case DONE -> {
                    return null;
                }
            }
        }
    }

    /** Whether the input so far is complete. */
    boolean isComplete() {
        return step == Step.DONE || (step == Step.HEADER && at == input.length);
    }

    @Override
    public void close() {
        inflater.end();
    }

    private boolean header() throws DataFormatException {
        if (format == Format.DEFLATE) {
            return deflateHeader();
        }
        int end = endOfGzipHeader();
        if (end < 0) {
            if (input.length - at > HEADER_MAX_BYTES) {
                throw new DataFormatException("the gzip header is too long");
            }
            return false;
        }
        at = end;
        step = Step.BODY;
        return true;
    }

    /** Zlib's header is told from raw data by its checksum; senders use both. */
    private boolean deflateHeader() {
        if (input.length - at < 2) {
            return false;
        }
        int first = input[at] & 0xff;
        int second = input[at + 1] & 0xff;
        if ((first & 0x0f) == 8 && (first * 256 + second) % 31 == 0) {
            inflater.end();
            inflater = new Inflater(false);
        }
        step = Step.BODY;
        return true;
    }

    private int endOfGzipHeader() throws DataFormatException {
        if (input.length - at < 10) {
            return -1;
        }
        if (input[at] != 0x1f || input[at + 1] != (byte) 0x8b || input[at + 2] != 8) {
            throw new DataFormatException("not in gzip format");
        }
        int flags = input[at + 3];
        int end = at + 10;
        if ((flags & 4) != 0) {
            if (input.length < end + 2) {
                return -1;
            }
            end += 2 + (input[end] & 0xff) + ((input[end + 1] & 0xff) << 8);
        }
        for (int flag = 8; flag <= 16; flag <<= 1) {
            if ((flags & flag) != 0) {
                while (end < input.length && input[end] != 0) {
                    end++;
                }
                end++;
            }
        }
        if ((flags & 2) != 0) {
            end += 2;
        }
        return end <= input.length ? end : -1;
    }

    private byte @Nullable [] body() throws DataFormatException {
        inflater.setInput(input, at, input.length - at);
        ByteArrayOutputStream piece = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 * 1024];
        while (piece.size() < PIECE_BYTES && !inflater.finished()) {
            int count = inflater.inflate(buffer);
            if (count == 0) {
                if (inflater.needsDictionary()) {
                    throw new DataFormatException("a dictionary is needed");
                }
                break;
            }
            checksum.update(buffer, 0, count);
            piece.write(buffer, 0, count);
        }
        at = input.length - inflater.getRemaining();
        if (inflater.finished()) {
            step = format == Format.GZIP ? Step.TRAILER : Step.DONE;
        }
        return piece.size() == 0 ? null : piece.toByteArray();
    }

    private boolean trailer() throws DataFormatException {
        if (input.length - at < GZIP_TRAILER_BYTES) {
            return false;
        }
        long expected = 0;
        for (int i = 3; i >= 0; i--) {
            expected = expected << 8 | (input[at + i] & 0xff);
        }
        if (expected != checksum.getValue()) {
            throw new DataFormatException("the checksum does not match");
        }
        at += GZIP_TRAILER_BYTES;
        checksum.reset();
        inflater.reset();
        step = Step.HEADER;
        return true;
    }
}
