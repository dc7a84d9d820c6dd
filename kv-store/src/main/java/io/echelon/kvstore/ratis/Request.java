package io.echelon.kvstore.ratis;

import io.echelon.kvstore.rocksdb.Command;
import java.util.List;
import java.util.UUID;

/**
 * Commands that a gateway wants to be done together, and once only however often it sends them.
 *
 * @param session the gateway's, new each time that it starts
 * @param sequence number of the request in its session, from 1
 * @param answered number of the last request whose answer the gateway has seen, 0 for none
 */
record Request(UUID session, long sequence, long answered, List<Command> commands) {
    Request {
        commands = List.copyOf(commands);
    }
}
