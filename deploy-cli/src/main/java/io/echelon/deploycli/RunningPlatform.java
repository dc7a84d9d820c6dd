package io.echelon.deploycli;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a platform on this machine consists of while it runs.
 *
 * @param supervisor the process that looks after the others
 * @param control the control plane's address
 * @param controlPlane the control plane's process
 */
record RunningPlatform(Identity supervisor, URI control, Identity controlPlane, List<Node> nodes) {
    private static final long SERVER_GRACE_SECONDS = 35;

    RunningPlatform {
        nodes = List.copyOf(nodes);
    }

    /** Ends the nodes and the control plane that still run; answers whether there were any. */
    boolean endServers() throws InterruptedException {
        boolean any = controlPlane.end(SERVER_GRACE_SECONDS);
        for (Node node : nodes.reversed()) {
            any |= node.process().end(SERVER_GRACE_SECONDS);
        }
        return any;
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

        /** Ends the process, first by asking; answers whether it still ran. */
        boolean end(long graceSeconds) throws InterruptedException {
            ProcessHandle process = find().orElse(null);
            if (process == null) {
                return false;
            }
            process.destroy();
            try {
                process.onExit().get(graceSeconds, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                process.destroyForcibly();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
            return true;
        }
    }
}
