package io.echelon.tests;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One connection of HTTP/2 without TLS for load: the least that a client can do, so that what is
 * measured is the server. Headers are the same for every request and stand in the server's table
 * from the first one on, as with other clients; those of answers are not looked at, since a body
 * says whether its request was done.
 *
 * <p>Thread safety: for one thread.
 */
final class Http2Connection implements AutoCloseable {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RESET = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int PADDED = 8;
    private static final int END_HEADERS = 4;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int DEFAULT_WINDOW = 65_535;

    /** What the server may send, on the connection or on one stream, before it is told more. */
    private static final int WINDOW = 64 * 1024 * 1024;

    /** The first index of the table that a connection fills. */
    private static final int TABLE = 62;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] firstHeaders;
    private final byte[] laterHeaders;
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
    private final byte[] read = new byte[256 * 1024];
    private int begin;
    private int end;
    private int stream = 1;
    private long mayConsume = WINDOW;
    private long maySend = DEFAULT_WINDOW;

    /** What becomes of streams. */
    interface Answers {
        /**
         * A piece of a body.
         *
         * @param bytes where it is, only until the call returns
         */
        void data(int stream, byte[] bytes, int offset, int length);

        void end(int stream);
    }

    /**
     * @param headers in their order, pseudo-headers first
     */
    Http2Connection(URI server, List<Map.Entry<String, String>> headers) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
        firstHeaders = literals(headers);
        laterHeaders = indexes(headers.size());
        unsent.writeBytes(PREFACE);
        unsent.writeBytes(
                frame(
                        SETTINGS,
                        0,
                        0,
                        ByteBuffer.allocate(6)
                                .putShort((short) INITIAL_WINDOW_SIZE)
                                .putInt(WINDOW)
                                .array()));
        unsent.writeBytes(windowUpdate(WINDOW - DEFAULT_WINDOW));
    }

    /** Whether the server takes a body of a size now; {@link #await} may change that. */
    boolean takes(int bytes) {
        return bytes <= maySend;
    }

    /** Begins a request, which is sent at the next {@link #await}; answers its stream. */
    int send(byte[] body) {
        int mine = stream;
        stream += 2;
        byte[] headers = mine == 1 ? firstHeaders : laterHeaders;
        int flags = END_HEADERS | (body.length == 0 ? END_STREAM : 0);
        unsent.writeBytes(frame(HEADERS, flags, mine, headers));
        if (body.length > 0) {
            unsent.writeBytes(frame(DATA, END_STREAM, mine, body));
            maySend -= body.length;
        }
        return mine;
    }

    /** Sends what was begun, waits for something to come, and tells all that has. */
    void await(Answers answers) throws IOException {
        unsent.writeTo(out);
        unsent.reset();
        fill();
        while (end - begin >= HEAD_BYTES) {
            ByteBuffer head = ByteBuffer.wrap(read, begin, HEAD_BYTES);
            int lengthAndType = head.getInt();
            int length = lengthAndType >>> 8;
            if (HEAD_BYTES + length > read.length) {
                throw new IOException("A frame has %,d bytes".formatted(length));
            }
            if (end - begin < HEAD_BYTES + length) {
                return;
            }
            int at = begin + HEAD_BYTES;
            begin = at + length;
            take(lengthAndType & 0xff, head.get(), head.getInt(), at, length, answers);
        }
    }

    private void take(int type, byte flags, int of, int at, int length, Answers answers)
            throws IOException {
        switch (type) {
            case DATA -> {
                if ((flags & PADDED) != 0) {
                    throw new IOException("Padding is not known here");
                }
                if (length > 0) {
                    answers.data(of, read, at, length);
                    consumed(length);
                }
            }
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    unsent.writeBytes(frame(SETTINGS, ACK, 0, new byte[0]));
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    byte[] payload = new byte[length];
                    System.arraycopy(read, at, payload, 0, length);
                    unsent.writeBytes(frame(PING, ACK, 0, payload));
                }
            }
            case WINDOW_UPDATE -> {
                if (of == 0) {
                    maySend += ByteBuffer.wrap(read, at, length).getInt();
                }
            }
            case RESET -> throw new IOException("The server resets a stream");
            case GOAWAY -> throw new IOException("The server ends the connection");
            default -> {} // headers say nothing that the body does not
        }
        if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
            answers.end(of);
        }
    }

    private void consumed(int bytes) {
        mayConsume -= bytes;
        if (mayConsume < WINDOW / 2) {
            unsent.writeBytes(windowUpdate(WINDOW / 2));
            mayConsume += WINDOW / 2;
        }
    }

    private void fill() throws IOException {
        if (begin > 0) {
            System.arraycopy(read, begin, read, 0, end - begin);
            end -= begin;
            begin = 0;
        }
        int count = in.read(read, end, read.length - end);
        if (count < 0) {
            throw new EOFException("The server has closed the connection");
        }
        end += count;
    }

    private static byte[] windowUpdate(int increment) {
        return frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(increment).array());
    }

    private static byte[] frame(int type, int flags, int of, byte[] payload) {
        return ByteBuffer.allocate(HEAD_BYTES + payload.length)
                .putInt((payload.length << 8) | type)
                .put((byte) flags)
                .putInt(of)
                .put(payload)
                .array();
    }

    /** Headers that the server is to put into its table. */
    private static byte[] literals(List<Map.Entry<String, String>> headers) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (Map.Entry<String, String> header : headers) {
            block.write(0x40);
            text(block, header.getKey());
            text(block, header.getValue());
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < 0x7f) {
            block.write(bytes.length);
        } else {
            block.write(0x7f);
            block.write(bytes.length - 0x7f); // enough for texts of up to 254 bytes
        }
        block.writeBytes(bytes);
    }

    /** The same headers by their places in the table, where the last one came first. */
    private static byte[] indexes(int count) {
        byte[] block = new byte[count];
        for (int i = 0; i < count; i++) {
            block[i] = (byte) (0x80 | (TABLE + count - 1 - i));
        }
        return block;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
