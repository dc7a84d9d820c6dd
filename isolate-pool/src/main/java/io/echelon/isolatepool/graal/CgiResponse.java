package io.echelon.isolatepool.graal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program writes to its standard output, taken apart into a response's head and body (RFC
 * 3875, chapter 6). Output that does not begin with headers is all body.
 */
final class CgiResponse {
    private static final int HEAD_MAX_BYTES = 64 * 1024;
    private static final Pattern HEADER =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(.*)");
    private static final Pattern STATUS = Pattern.compile("([2-5]\\d\\d)( .*)?");
    private static final Head PLAIN =
            new Head(200, new String[] {"content-type", "text/plain;charset=UTF-8"});

    /** A response's head; names in lower case and values in turn. */
    record Head(int status, String[] headers) {}

    private final ByteArrayOutputStream buffered = new ByteArrayOutputStream();
    private boolean headKnown;

    /** Takes output; the head, once, as soon as it can be told. */
    Optional<Head> write(byte[] bytes, int offset, int length) {
        buffered.write(bytes, offset, length);
        if (headKnown) {
            return Optional.empty();
        }
        byte[] all = buffered.toByteArray();
        int end = headEnd(all);
        if (end < 0) {
            return all.length > HEAD_MAX_BYTES || !mayBeHead(all)
                    ? Optional.of(known(PLAIN, 0, all))
                    : Optional.empty();
        }
        return Optional.of(
                parse(all, end)
                        .map(head -> known(head, end, all))
                        .orElseGet(() -> known(PLAIN, 0, all)));
    }

    /** The head of output that is complete, when it was not told before. */
    Optional<Head> finish() {
        if (headKnown) {
            return Optional.empty();
        }
        headKnown = true;
        return Optional.of(PLAIN);
    }

    boolean isHeadKnown() {
        return headKnown;
    }

    /** Takes out what of the body has gathered. */
    byte[] takeBody() {
        byte[] body = buffered.toByteArray();
        buffered.reset();
        return body;
    }

    private Head known(Head head, int bodyStart, byte[] all) {
        headKnown = true;
        buffered.reset();
        buffered.write(all, bodyStart, all.length - bodyStart);
        return head;
    }

    /** Where the body starts: behind the first empty line; -1 when there is none yet. */
    private static int headEnd(byte[] bytes) {
        int lineStart = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                int lineEnd = i > lineStart && bytes[i - 1] == '\r' ? i - 1 : i;
                if (lineEnd == lineStart) {
                    return i + 1;
                }
                lineStart = i + 1;
            }
        }
        return -1;
    }

    private static boolean mayBeHead(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int lineEnd = text.indexOf('\n');
        String first = lineEnd < 0 ? text : text.substring(0, lineEnd).stripTrailing();
        return lineEnd < 0
                ? HEADER.matcher(first + ":").lookingAt()
                : HEADER.matcher(first).matches();
    }

    private static Optional<Head> parse(byte[] bytes, int end) {
        String text = new String(bytes, 0, end, StandardCharsets.UTF_8).stripTrailing();
        int status = 200;
        List<String> headers = new ArrayList<>();
        for (String line : text.isEmpty() ? List.<String>of() : text.lines().toList()) {
            Matcher header = HEADER.matcher(line);
            if (!header.matches()) {
                return Optional.empty();
            }
            String name = header.group(1).toLowerCase(Locale.ROOT);
            String value = header.group(2).strip();
            if (!name.equals("status")) {
                headers.add(name);
                headers.add(value);
                continue;
            }
            Matcher code = STATUS.matcher(value);
            if (!code.matches()) {
                return Optional.empty();
            }
            status = Integer.parseInt(code.group(1));
        }
        return Optional.of(new Head(status, headers.toArray(String[]::new)));
    }
}
