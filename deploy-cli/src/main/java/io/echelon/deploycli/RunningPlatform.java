package io.echelon.deploycli;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a platform on this machine consists of while it runs.
 *
 * @param supervisor the process that looks after the others
 * @param control the control plane's address
 * @param controlPlane the control plane's process
 */
record RunningPlatform(Identity supervisor, URI control, Identity controlPlane, List<Node> nodes) {
    RunningPlatform {
        nodes = List.copyOf(nodes);
    }

    /** An edge node. */
    record Node(
            String id, Identity process, URI http, URI https, URI internal, @Nullable String ca) {}

    /**
     * A process that is not mistaken for a later one with the same number.
     *
     * @param startedAt null when the system does not tell
     */
    record Identity(long pid, @Nullable Instant startedAt) {
        static Identity of(ProcessHandle process) {
            return new Identity(process.pid(), process.info().startInstant().orElse(null));
        }

        /** The process, when it still runs. */
        Optional<ProcessHandle> find() {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(
                            process ->
                                    process.info()
                                            .startInstant()
                                            .map(started -> started.equals(startedAt))
                                            .orElse(true));
        }
    }
}
