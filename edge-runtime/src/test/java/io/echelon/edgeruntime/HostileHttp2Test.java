package io.echelon.edgeruntime;

import static io.echelon.edgeruntime.Http2Frames.CONTINUATION;
import static io.echelon.edgeruntime.Http2Frames.DATA;
import static io.echelon.edgeruntime.Http2Frames.END_HEADERS;
import static io.echelon.edgeruntime.Http2Frames.END_STREAM;
import static io.echelon.edgeruntime.Http2Frames.ENHANCE_YOUR_CALM;
import static io.echelon.edgeruntime.Http2Frames.GOAWAY;
import static io.echelon.edgeruntime.Http2Frames.HEADERS;
import static io.echelon.edgeruntime.Http2Frames.PROTOCOL_ERROR;
import static io.echelon.edgeruntime.Http2Frames.REFUSED_STREAM;
import static io.echelon.edgeruntime.Http2Frames.RESET;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.edgeruntime.Http2Frames.Frame;
import io.echelon.tenants.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames of HTTP/2 that cost a caller less than the node. */
@Timeout(60)
final class HostileHttp2Test {
    private static final int STREAMS_MAX = 256;

    private final PublicFixture node = new PublicFixture();
    private Http2Frames frames;

    @BeforeEach
    void connect() throws IOException {
        frames = new Http2Frames(node.port);
    }

    @AfterEach
    void close() throws Exception {
        assertThat(node.get("/hello").statusCode()).as("another caller's answer").isEqualTo(200);
        frames.close();
        node.close();
    }

    @Test
    void aCallerWhoResetsHisRequestsAtOnceIsSentAway() throws Exception {
        try {
            for (int i = 0; i < 5_000; i++) {
                frames.get(2 * i + 1, "/hang");
                frames.write(RESET, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
            }
        } catch (IOException closed) {
            // The node has had enough.
        }
        Frame end = frames.await(0, GOAWAY);
        assertThat(end == null ? ENHANCE_YOUR_CALM : end.error()).isEqualTo(ENHANCE_YOUR_CALM);
        assertThat(frames.await(0, -1)).as("the end of the connection").isNull();
    }

    @Test
    void streamsBeyondTheLimitAreRefusedAndTheOthersGoOn() throws Exception {
        int last = 2 * STREAMS_MAX + 1;
        for (int stream = 1; stream < last; stream += 2) {
            frames.get(stream, "/hang");
        }
        frames.get(last, "/hello");
        Frame refused = frames.await(last, RESET);
        assertThat(refused).isNotNull();
        assertThat(refused.error()).isEqualTo(REFUSED_STREAM);
        frames.write(RESET, 0, 1, new byte[] {0, 0, 0, 8});
        frames.get(last + 2, "/hello");
        assertThat(frames.await(last + 2, DATA).text()).startsWith("Hello from");
    }

    @Test
    void headersAboveTheLimitAreRefusedAndTheConnectionGoesOn() throws Exception {
        String large = "x".repeat(10_000);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(Http2Frames.block("GET", "/hello"));
        for (int i = 0; i < 7; i++) {
            Http2Frames.literal(block, "x-" + i, large);
        }
        send(1, block.toByteArray());
        assertRefused(frames.await(1, HEADERS, RESET, GOAWAY));
        assertThat(node.pool.lastRequest).isNull();
    }

    @Test
    void aSmallBlockThatNamesALargeHeaderManyTimesIsRefused() throws Exception {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(Http2Frames.block("GET", "/hello"));
        block.write(0x40); // with a place in the table
        Http2Frames.text(block, "x-large");
        Http2Frames.text(block, "x".repeat(3_900));
        for (int i = 0; i < 5_000; i++) {
            block.write(0x80 | 62); // the newest of the table: 19 MB in 5 KB
        }
        send(1, block.toByteArray());
        assertRefused(frames.await(1, HEADERS, RESET, GOAWAY));
        assertThat(node.pool.lastRequest).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "16384, 1000"})
    void headersWithoutAnEndAreCutOff(int bytes, int count) throws Exception {
        frames.write(HEADERS, END_STREAM, 1, Http2Frames.block("GET", "/hello"));
        ByteArrayOutputStream piece = new ByteArrayOutputStream();
        Http2Frames.literal(piece, "x-a", "b".repeat(Math.max(1, bytes - 12)));
        int sent = 0;
        try {
            while (sent < count) {
                frames.write(CONTINUATION, 0, 1, bytes == 1 ? new byte[] {0} : piece.toByteArray());
                sent++;
            }
        } catch (IOException closed) {
            // The node has had enough.
        }
        Frame end = frames.await(1, HEADERS, RESET, GOAWAY);
        if (end != null && end.type() != GOAWAY) {
            assertRefused(end);
        }
        assertThat(frames.await(0, -1)).as("the end of the connection").isNull();
        assertThat(node.pool.lastRequest).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/hello|x-a|b\\r\\nx-injected: yes",
                "/hello|x-a|b\\0c",
                "/hello|x-a\\r\\nx-b|c",
                "/hello|X-Upper|c",
                "/hello|connection|keep-alive",
                "/hello|transfer-encoding|chunked",
                "/hello|host|other.localhost",
                "/hello|:path|/other",
                "/hel\\r\\nlo|x-a|b",
                "/hel lo|x-a|b",
                "http://other.localhost/hello|x-a|b",
                "hello|x-a|b"
            })
    void whatWouldBeAnotherRequestInHttp1IsRefused(String path, String name, String value)
            throws Exception {
        frames.get(1, unescaped(path), unescaped(name), unescaped(value));
        Frame answer = frames.await(1, HEADERS, RESET, GOAWAY);
        assertThat(node.pool.lastRequest).isNull();
        assertRefused(answer);
    }

    @Test
    void aBodyOfAnotherLengthThanAnnouncedIsRefused() throws Exception {
        frames.write(
                HEADERS, END_HEADERS, 1, Http2Frames.block("POST", "/echo", "content-length", "4"));
        frames.write(DATA, END_STREAM, 1, "abcdefgh".getBytes(StandardCharsets.US_ASCII));
        Frame answer = frames.await(1, DATA, RESET, GOAWAY);
        assertThat(answer).isNotNull();
        assertThat(answer.type()).isNotEqualTo(DATA);
        assertThat(answer.error()).isEqualTo(PROTOCOL_ERROR);
    }

    /** Sends a block of headers in as many frames as it takes. */
    private void send(int stream, byte[] block) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(block);
        int type = HEADERS;
        while (left.hasRemaining()) {
            byte[] piece = new byte[Math.min(left.remaining(), 16_384)];
            left.get(piece);
            int flags = type == HEADERS ? END_STREAM : 0;
            frames.write(type, left.hasRemaining() ? flags : flags | END_HEADERS, stream, piece);
            type = CONTINUATION;
        }
        assertThat(block.length).isLessThan(2 * Limits.HEADERS_MAX_BYTES);
    }

    /** An error, a head without a body, or the end of the stream or of the connection. */
    private void assertRefused(Frame answer) throws IOException {
        if (answer != null && answer.type() == HEADERS && (answer.flags() & END_STREAM) == 0) {
            assertThat(frames.await(answer.stream(), DATA).text()).contains("INVALID_ARGUMENT");
        }
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
    }
}
