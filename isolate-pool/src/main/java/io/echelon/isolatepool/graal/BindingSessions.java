package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.HostSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The bindings that one isolate uses, each opened when it is first needed. */
final class BindingSessions implements AutoCloseable {
    private final GuestIdentity guest;
    private final List<HostBinding> bindings;
    private Map<String, HostSession> open = Map.of();

    BindingSessions(GuestIdentity guest, List<HostBinding> bindings) {
        this.guest = guest;
        this.bindings = bindings;
    }

    /** The session with a binding; a {@link GuestError} when there is no such binding. */
    synchronized HostSession session(String name) {
        HostSession session = open.get(name);
        if (session != null) {
            return session;
        }
        HostSession opened =
                bindings.stream()
                        .filter(binding -> binding.name().equals(name))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new GuestError(
                                                "PermissionDenied",
                                                "%s is not available here%s"
                                                        .formatted(name, hint(name))))
                        .open(guest);
        Map<String, HostSession> next = new HashMap<>(open);
        next.put(name, opened);
        open = next;
        return opened;
    }

    private static String hint(String name) {
        return switch (name) {
            case "fetch" -> "; `edge run` permits the network with --allow-net";
            case "cache" -> "; deploy the function to have caches, `edge run` has none";
            case "kv" -> "; deploy the function to have a database, `edge run` has none";
            default -> "";
        };
    }

    @Override
    public synchronized void close() {
        open.values().forEach(HostSession::close);
        open = Map.of();
    }
}
