package io.echelon.controlplane;

import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often each source showed a token that opens nothing. A source may be wrong {@value #BURST}
 * times at once and then once a second; beyond that nothing is looked up for it. A source is an
 * IPv4 address, or the first half of an IPv6 one, since a subscriber has all of the second half.
 * The {@value #SOURCES_MAX} sources that were wrong last are remembered.
 *
 * <p>Thread safety: safe for use by several threads.
 */
final class WrongTokens {
    static final int BURST = 60;
    static final int SOURCES_MAX = 10_000;

    private static final double PER_NANO = 1e-9;
    private static final int NETWORK_BYTES = 8;

    private record Allowance(double left, long nanos) {}

    private final LongSupplier nanos;
    private final Map<String, Allowance> bySource =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
                    return size() > SOURCES_MAX;
                }
            };

    /**
     * @param nanos {@link System#nanoTime}
     */
    WrongTokens(LongSupplier nanos) {
        this.nanos = nanos;
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
    synchronized boolean isTooMany(String source) {
        return left(source) < 1;
    }

    /** Counts a token that opened nothing. */
    synchronized void count(String source) {
        bySource.put(source, new Allowance(Math.max(0, left(source) - 1), nanos.getAsLong()));
    }

    /** How many sources are remembered. */
    synchronized int sources() {
        return bySource.size();
    }

    private double left(String source) {
        Allowance allowance = bySource.get(source);
        if (allowance == null) {
            return BURST;
        }
        long passed = nanos.getAsLong() - allowance.nanos();
        return Math.min(BURST, allowance.left() + passed * PER_NANO);
    }
}
