package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program's output becomes as a response. */
class CgiResponseTest {
    private final CgiResponse response = new CgiResponse();

    private Optional<CgiResponse.Head> write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return response.write(bytes, 0, bytes.length);
    }

    private String body() {
        return new String(response.takeBody(), StandardCharsets.UTF_8);
    }

    @Test
    void takesStatusAndHeadersAndLeavesTheBody() {
        CgiResponse.Head head = write("Status: 404 Not Found\r\nX-A: b\r\n\r\ngone").orElseThrow();
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.headers()).containsExactly("x-a", "b");
        assertThat(body()).isEqualTo("gone");
    }

    @Test
    void takesAHeadThatComesByteByByte() {
        String text = "Content-Type: text/html\n\nhi";
        Optional<CgiResponse.Head> head = Optional.empty();
        for (int i = 0; i < text.length(); i++) {
            Optional<CgiResponse.Head> now = write(text.substring(i, i + 1));
            head = head.isPresent() ? head : now;
        }
        assertThat(head.orElseThrow().headers()).containsExactly("content-type", "text/html");
        assertThat(body()).isEqualTo("hi");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello, world\n\nmore",
                "no header: here\n\nx",
                "Status: banana\n\nx",
                "Status: 101\n\nx",
                "A: b\nnot a header\n\nx"
            })
    void answersOutputWithoutHeadersAsPlainText(String text) {
        CgiResponse.Head head = write(text).orElseThrow();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers()).containsExactly("content-type", "text/plain;charset=UTF-8");
        assertThat(body()).isEqualTo(text);
    }

    @Test
    void outputThatOnlyLooksLikeAHeaderIsBody() {
        assertThat(write("key: value\n")).isEmpty();
        assertThat(response.finish().orElseThrow().status()).isEqualTo(200);
        assertThat(body()).isEqualTo("key: value\n");
    }

    @Test
    void headersWithoutEndAreBodyBeforeTheyFillTheMemory() {
        String line = "x: " + "y".repeat(1_000) + "\n";
        Optional<CgiResponse.Head> head = Optional.empty();
        for (int i = 0; i < 70 && head.isEmpty(); i++) {
            head = write(line);
        }
        assertThat(head.orElseThrow().headers()).contains("text/plain;charset=UTF-8");
    }

    @Test
    void silenceIsAnEmptyAnswer() {
        assertThat(response.finish().orElseThrow().status()).isEqualTo(200);
        assertThat(body()).isEmpty();
    }
}
