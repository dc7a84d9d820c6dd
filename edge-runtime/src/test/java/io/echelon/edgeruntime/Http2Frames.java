package io.echelon.edgeruntime;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/2 in the clear whose frames a test writes one by one, as no client would.
 */
final class Http2Frames implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    static final int PROTOCOL_ERROR = 1;
    static final int REFUSED_STREAM = 7;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final int HEAD_BYTES = 9;

    /**
     * What came.
     *
     * @param payload without the frame's head
     */
    record Frame(int type, int flags, int stream, byte[] payload) {
        /** The error of a RESET or GOAWAY. */
        int error() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? Integer.BYTES : 0);
        }

        /** The payload as text; values of headers are mostly coded, bodies are not. */
        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }
    }

    private final Socket socket;
    private final DataInputStream in;

    Http2Frames(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream()
                .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(SETTINGS, 0, 0, new byte[0]);
    }

    void write(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        socket.getOutputStream().write(frame.array());
    }

    /** A GET of hello.localhost with more headers, names and values in turn. */
    void get(int stream, String path, String... more) throws IOException {
        write(HEADERS, END_STREAM | END_HEADERS, stream, block("GET", path, more));
    }

    static byte[] block(String method, String path, String... more) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "http");
        literal(block, ":authority", "hello.localhost");
        literal(block, ":path", path);
        for (int i = 0; i < more.length; i += 2) {
            literal(block, more[i], more[i + 1]);
        }
        return block.toByteArray();
    }

    /** A header as itself, which enters no table. */
    static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    static void text(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            length -= 127;
            while (length >= 128) {
                block.write(length % 128 + 128);
                length /= 128;
            }
            block.write(length);
        }
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next frame; null when the connection has ended. */
    @Nullable Frame read() throws IOException {
        byte[] head = new byte[HEAD_BYTES];
        try {
            in.readFully(head);
            ByteBuffer fields = ByteBuffer.wrap(head);
            int length = fields.getInt() >>> 8;
            byte[] payload = new byte[length];
            in.readFully(payload);
            return new Frame(head[3], head[4], fields.getInt(5) & 0x7fffffff, payload);
        } catch (java.net.SocketTimeoutException open) {
            throw open;
        } catch (IOException ended) {
            return null;
        }
    }

    /** The first frame of a kind on a stream; null when the connection ends before one comes. */
    @Nullable Frame await(int stream, int... types) throws IOException {
        for (Frame frame = read(); frame != null; frame = read()) {
            for (int type : types) {
                if (frame.type() == type && (frame.stream() == stream || type == GOAWAY)) {
                    return frame;
                }
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
