package io.echelon.kvstore.ratis;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A replica of a group.
 *
 * @param id its name in the group, never given to another replica, not even to one that replaces it
 * @param address {@code host:port} where the other replicas reach it
 */
public record Member(String id, String address) {
    public Member {
        if (!id.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException(
                    "The replica's name '%s' is none; use a-z, 0-9 and -, at most 63 characters"
                            .formatted(id));
        }
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "The address '%s' of replica %s is none; it must be host:port"
                            .formatted(address, id));
        }
    }

    /** Whether only processes of this machine reach the address. */
    boolean isLocal() {
        try {
            return InetAddress.getByName(host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    String host() {
        return address.substring(0, address.lastIndexOf(':'));
    }

    int port() {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
