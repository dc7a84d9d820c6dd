package io.echelon.edgeruntime;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which trace a call is part of and which span of it calls, as W3C Trace Context has it in the
 * headers {@code traceparent} and {@code tracestate}.
 *
 * <p>Callers are not believed: a header that is not exactly as the standard has it is as good as
 * none, and nothing of it goes anywhere.
 *
 * @param traceId thirty-two hexadecimal digits
 * @param spanId sixteen hexadecimal digits
 * @param isSampled whether the caller says that it records the trace
 * @param state what other systems noted, to be passed on as it is; empty for nothing
 */
record TraceContext(String traceId, String spanId, boolean isSampled, String state) {
    static final String PARENT = "traceparent";
    static final String STATE = "tracestate";

    private static final int PARENT_CHARS = 55;
    private static final int STATE_MAX_CHARS = 512;
    private static final int STATE_MAX_MEMBERS = 32;
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);
    private static final Pattern MEMBER =
            Pattern.compile(
                    "([a-z0-9][a-z0-9_*/-]{0,240}(?:@[a-z][a-z0-9_*/-]{0,13})?)=([ -+\\--<>-~]{0,255}[!-+\\--<>-~])");
    private static final String ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final BigInteger ID_SPACE = BigInteger.TWO.pow(128);

    /** The context in a request's headers; null when there is none, or none that is valid. */
    static @Nullable TraceContext of(RequestHead head) {
        return head.indexOf(PARENT, 0) < 0 ? null : of(Arrays.asList(head.headers()));
    }

    /**
     * The context in headers; null when there is none, or none that is valid.
     *
     * @param headers names in lower case and values in turn
     */
    static @Nullable TraceContext of(List<String> headers) {
        String parent = null;
        StringBuilder state = new StringBuilder();
        for (int i = 0; i + 1 < headers.size(); i += 2) {
            if (headers.get(i).equals(PARENT)) {
                if (parent != null) {
                    return null; // which of the two is meant?
                }
                parent = headers.get(i + 1);
            } else if (headers.get(i).equals(STATE)) {
                state.append(state.isEmpty() ? "" : ",").append(headers.get(i + 1));
            }
        }
        return parent == null ? null : parse(parent, state.toString());
    }

    private static @Nullable TraceContext parse(String parent, String state) {
        boolean hasForm =
                parent.length() >= PARENT_CHARS
                        && parent.charAt(2) == '-'
                        && parent.charAt(35) == '-'
                        && parent.charAt(52) == '-'
                        && isHex(parent, 0, 2)
                        && isHex(parent, 3, 35)
                        && isHex(parent, 36, 52)
                        && isHex(parent, 53, 55);
        if (!hasForm || parent.startsWith("ff")) {
            return null;
        }
        boolean hasMore = parent.length() > PARENT_CHARS;
        if (hasMore && (parent.startsWith("00") || parent.charAt(PARENT_CHARS) != '-')) {
            return null; // only a later version may have more
        }
        String traceId = parent.substring(3, 35);
        String spanId = parent.substring(36, 52);
        if (traceId.equals(NO_TRACE) || spanId.equals(NO_SPAN)) {
            return null;
        }
        boolean isSampled = (Character.digit(parent.charAt(54), 16) & 1) == 1;
        return new TraceContext(traceId, spanId, isSampled, isValidState(state) ? state : "");
    }

    /**
     * The context of a request that begins a trace: the 128 bits of its id, and their lower half
     * for its span.
     */
    static TraceContext begun(String requestId) {
        String id = idOf(requestId);
        return new TraceContext(id, id.substring(16), false, "");
    }

    private static String idOf(String requestId) {
        BigInteger bits = BigInteger.ZERO;
        for (int i = 0; i < requestId.length(); i++) {
            int digit = ID_ALPHABET.indexOf(requestId.charAt(i));
            if (digit < 0 || requestId.length() != RequestIds.LENGTH) {
                UUID other = UUID.nameUUIDFromBytes(requestId.getBytes(StandardCharsets.UTF_8));
                return other.toString().replace("-", "");
            }
            bits = bits.shiftLeft(5).or(BigInteger.valueOf(digit));
        }
        return HexFormat.of()
                .formatHex(
                        Arrays.copyOfRange(bits.mod(ID_SPACE).add(ID_SPACE).toByteArray(), 1, 17));
    }

    /** The value of {@code traceparent} for what this span calls. */
    String header() {
        return "00-" + traceId + "-" + spanId + (isSampled ? "-01" : "-00");
    }

    /** Headers, names and values in turn, that say this instead of what they said before. */
    String[] in(String[] headers) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i + 1 < headers.length; i += 2) {
            if (!headers[i].equals(PARENT) && !headers[i].equals(STATE)) {
                all.add(headers[i]);
                all.add(headers[i + 1]);
            }
        }
        all.addAll(List.of(PARENT, header()));
        if (!state.isEmpty()) {
            all.addAll(List.of(STATE, state));
        }
        return all.toArray(String[]::new);
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isValidState(String state) {
        if (state.length() > STATE_MAX_CHARS) {
            return false;
        }
        Set<String> keys = new HashSet<>();
        int members = 0;
        for (String part : state.split(",", -1)) {
            String member = part.strip();
            if (member.isEmpty()) {
                continue;
            }
            var matcher = MEMBER.matcher(member);
            members++;
            if (!matcher.matches() || !keys.add(matcher.group(1))) {
                return false;
            }
        }
        return members > 0 && members <= STATE_MAX_MEMBERS;
    }
}
