package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A range of addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param bits how many leading bits are fixed, 0 to 32 or 128
 */
record Cidr(InetAddress network, int bits) {
    /** Reads a range; a lone address is a range of one. */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress network = InetAddress.ofLiteral(address);
            int most = network.getAddress().length * 8;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > most) {
                throw refuse(text);
            }
            return new Cidr(network, bits);
        } catch (IllegalArgumentException notAnAddress) {
            throw refuse(text);
        }
    }

    /** Reads ranges between commas. */
    static List<Cidr> parseList(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .map(Cidr::parse)
                .toList();
    }

    boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(ours, 0, whole, theirs, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        if (rest == 0) {
            return true;
        }
        int mask = 0xff << (8 - rest);
        return (ours[whole] & mask) == (theirs[whole] & mask);
    }

    private static EchelonException refuse(String text) {
        return new EchelonException(
                ErrorCode.INVALID_CONFIGURATION,
                "\"%s\" is not a range of addresses such as 10.0.0.0/8 or fd00::/8"
                        .formatted(text));
    }
}
