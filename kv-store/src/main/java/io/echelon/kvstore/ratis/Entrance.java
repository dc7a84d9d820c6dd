package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where members of one or more groups come in, which share an address.
 *
 * <p>Lifecycle: open while a group is; made by whoever opens the groups.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
public final class Entrance {
    private final Map<UUID, Host> hosts = new ConcurrentHashMap<>();
    private @Nullable Door door;

    /**
     * A group's side of it.
     *
     * @param left told the name of a member whose connection for the log has ended; in a thread of
     *     that connection, which may block
     */
    record Host(Door.Answering answering, Consumer<String> left) {}

    /** Lets the members of a group in. */
    synchronized void open(RatisOptions options, Host host) throws IOException {
        hosts.put(options.group(), host);
        if (door == null) {
            door = Door.open(options, hosts);
        }
    }

    /** Lets the members of a group in no longer. */
    synchronized void close(UUID group) {
        hosts.remove(group);
        Door open = door;
        if (open == null) {
            return;
        }
        if (hosts.isEmpty()) {
            door = null;
            open.close();
        } else {
            open.sendAway(group);
        }
    }
}
