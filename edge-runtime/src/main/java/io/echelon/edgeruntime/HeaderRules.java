package io.echelon.edgeruntime;

import io.echelon.tenants.Limits;
import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which headers pass between callers and functions. */
final class HeaderRules {
    /** What is of one connection alone, and never passes in either direction. */
    private static final Set<String> OF_ONE_CONNECTION =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings");

    /** What says where a request came from; believed of trusted proxies only. */
    private static final Set<String> OF_PROXIES =
            Set.of("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded");

    private static final String OWN_PREFIX = "x-echelon-";

    private HeaderRules() {}

    /**
     * @param name in lower case
     */
    static boolean isOfOneConnection(String name) {
        return OF_ONE_CONNECTION.contains(name);
    }

    /**
     * @param name in lower case
     */
    static boolean isOfProxies(String name) {
        return OF_PROXIES.contains(name);
    }

    /**
     * Whether only the platform may set a header.
     *
     * @param name in lower case
     */
    static boolean isOurs(String name) {
        return name.startsWith(OWN_PREFIX);
    }

    /** A name in lower case; itself when it already is. */
    static String lowerCase(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return name.toLowerCase(Locale.ROOT);
            }
        }
        return name;
    }

    /** The bytes that a content-length says; -1 when it says none. */
    static long lengthOf(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return -1;
            }
        }
        return value.isEmpty() || value.length() > 18 ? -1 : Long.parseLong(value);
    }

    /**
     * Has a response have those headers of a guest's that pass.
     *
     * @param headers names and values in turn
     * @param mayAnnounce whether the length that they say is the body's
     * @return that length in bytes; -1 for none
     */
    static long copy(String[] headers, MultiMap to, boolean mayAnnounce) {
        long announced = -1;
        for (int i = 0; i + 1 < headers.length; i += 2) {
            String name = lowerCase(headers[i]);
            if (name.equals("content-length")) {
                announced = mayAnnounce ? lengthOf(headers[i + 1]) : -1;
                if (announced >= 0) {
                    to.set(OwnHeaders.CONTENT_LENGTH, headers[i + 1]);
                }
            } else if (!isOfOneConnection(name) && !isOurs(name)) {
                to.add(name, headers[i + 1]);
            }
        }
        return announced;
    }

    /**
     * Has a response have the headers of another node's answer, which has set ours.
     *
     * @return the body's length that they say in bytes; -1 for none
     */
    static long copyRelayed(MultiMap headers, MultiMap to) {
        long announced = -1;
        for (Map.Entry<String, String> header : headers) {
            String name = lowerCase(header.getKey());
            if (name.equals("content-length")) {
                announced = lengthOf(header.getValue());
                to.set(OwnHeaders.CONTENT_LENGTH, header.getValue());
            } else if (!isOfOneConnection(name)) {
                to.add(name, header.getValue());
            }
        }
        return announced;
    }

    /**
     * What is wrong with the headers of a guest's response; null when nothing is.
     *
     * @param headers names and values in turn
     */
    static @Nullable String refusal(String[] headers) {
        int size = 0;
        for (int i = 0; i + 1 < headers.length; i += 2) {
            String name = headers[i];
            String value = headers[i + 1];
            if (!isToken(name)) {
                return "The function set a header whose name is not valid";
            }
            if (!isValue(value)) {
                return "The function set the header %s to a value with a control character"
                        .formatted(name);
            }
            size += name.length() + value.length() + 4;
        }
        return size <= Limits.HEADERS_MAX_BYTES
                ? null
                : "The function's response headers are %,d bytes; at most %,d are allowed"
                        .formatted(size, Limits.HEADERS_MAX_BYTES);
    }

    /** Whether a header of HTTP/2, where a length says how far it goes, could stand in HTTP/1. */
    static boolean isValid(String name, String value) {
        return isValue(value) && isToken(name.startsWith(":") ? name.substring(1) : name);
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit =
                    (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
            if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }
}
