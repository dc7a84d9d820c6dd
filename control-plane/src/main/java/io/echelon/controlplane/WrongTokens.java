package io.echelon.controlplane;

import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongSupplier;

/**
 * How often each source showed a token that opens nothing. A source may be wrong {@value #BURST}
 * times at once and then once a second; beyond that nothing is looked up for it. A source is an
 * IPv4 address, or the first half of an IPv6 one, since a subscriber has all of the second half.
 *
 * <p>Thread safety: safe for use by several threads.
 */
final class WrongTokens {
    static final int BURST = 60;

    private static final int NETWORK_BYTES = 8;

    private final Allowances allowances;

    /**
     * @param nanos {@link System#nanoTime}
     */
    WrongTokens(LongSupplier nanos) {
        allowances = new Allowances(BURST, 1, nanos);
    }

    /** The source that an address belongs to. */
    static String source(SocketAddress address) {
        String host = address.hostAddress();
        if (host == null) {
            return "local";
        }
        InetAddress parsed = InetAddress.ofLiteral(host);
        return parsed instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
                : host;
    }

    /** Whether a source has been wrong too often to be listened to now. */
    boolean isTooMany(String source) {
        return allowances.isSpent(source);
    }

    /** Counts a token that opened nothing. */
    void count(String source) {
        allowances.count(source);
    }
}
