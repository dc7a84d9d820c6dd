package io.echelon.edgeruntime;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses a function may reach: the public internet, and what the operator opened.
 *
 * <p>An IPv6 address that carries an IPv4 address in it (mapped, compatible, NAT64, 6to4, ISATAP)
 * is judged as that address, and refused as well when its own range is not public.
 */
final class AddressRules {
    private static final Cidr PUBLIC_IPV6 = Cidr.parse("2000::/3");

    /** A range that is not public, and what it is called in a refusal. */
    private record Closed(Cidr range, String kind) {}

    private static final List<Closed> CLOSED =
            List.of(
                    closed("0.0.0.0/8", "an unspecified address"),
                    closed("10.0.0.0/8", "a private address"),
                    closed("100.64.0.0/10", "a private address"),
                    closed("127.0.0.0/8", "a loopback address"),
                    closed("169.254.0.0/16", "a link-local address"),
                    closed("172.16.0.0/12", "a private address"),
                    closed("192.0.0.0/24", "a reserved address"),
                    closed("192.0.2.0/24", "a reserved address"),
                    closed("192.31.196.0/24", "a reserved address"),
                    closed("192.52.193.0/24", "a reserved address"),
                    closed("192.88.99.0/24", "a reserved address"),
                    closed("192.168.0.0/16", "a private address"),
                    closed("192.175.48.0/24", "a reserved address"),
                    closed("198.18.0.0/15", "a private address"),
                    closed("198.51.100.0/24", "a reserved address"),
                    closed("203.0.113.0/24", "a reserved address"),
                    closed("224.0.0.0/4", "a multicast address"),
                    closed("240.0.0.0/4", "a reserved address"),
                    closed("::/128", "an unspecified address"),
                    closed("::1/128", "a loopback address"),
                    closed("fc00::/7", "a private address"),
                    closed("fe80::/10", "a link-local address"),
                    closed("fec0::/10", "a private address"),
                    closed("ff00::/8", "a multicast address"),
                    closed("2001::/32", "a tunnel's address"),
                    closed("2001:2::/48", "a reserved address"),
                    closed("2001:10::/28", "a reserved address"),
                    closed("2001:20::/28", "a reserved address"),
                    closed("2001:db8::/32", "a reserved address"),
                    closed("3fff::/20", "a reserved address"),
                    // A cloud's metadata service on a public-looking address.
                    closed("168.63.129.16/32", "a metadata address"));

    private final List<Cidr> opened;

    /**
     * @param opened ranges that the operator allows although they are not public
     */
    AddressRules(List<Cidr> opened) {
        this.opened = List.copyOf(opened);
    }

    /** Why an address may not be reached, such as {@code a private address}; null when it may. */
    @Nullable String refusal(InetAddress address) {
        if (opened.stream().anyMatch(range -> range.contains(address))) {
            return null;
        }
        for (Closed closed : CLOSED) {
            if (closed.range().contains(address)) {
                return closed.kind();
            }
        }
        if (address instanceof Inet6Address six) {
            InetAddress inside = carried(six.getAddress());
            if (inside != null) {
                return refusal(inside);
            }
            return PUBLIC_IPV6.contains(six) ? null : "a reserved address";
        }
        return null;
    }

    /** The IPv4 address that an IPv6 address carries; null when it carries none. */
    private static @Nullable InetAddress carried(byte[] six) {
        boolean zeroTo10 = isZero(six, 0, 10);
        if (zeroTo10 && six[10] == (byte) 0xff && six[11] == (byte) 0xff) {
            return four(six, 12);
        }
        if (zeroTo10 && six[10] == 0 && six[11] == 0) {
            return four(six, 12);
        }
        // NAT64 (64:ff9b::/96 and 64:ff9b:1::/48) and SIIT (::ffff:0:a.b.c.d)
        if (six[0] == 0 && six[1] == 0x64 && six[2] == (byte) 0xff && six[3] == (byte) 0x9b) {
            return four(six, 12);
        }
        if (isZero(six, 0, 8) && six[8] == (byte) 0xff && six[9] == (byte) 0xff) {
            return four(six, 12);
        }
        // 6to4
        if (six[0] == 0x20 && six[1] == 0x02) {
            return four(six, 2);
        }
        // ISATAP
        if (six[9] == 0
                && six[10] == 0x5e
                && six[11] == (byte) 0xfe
                && (six[8] == 0 || six[8] == 2)) {
            return four(six, 12);
        }
        return null;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress four(byte[] six, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(six, at, at + 4));
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Closed closed(String range, String kind) {
        return new Closed(Cidr.parse(range), kind);
    }
}
