package io.echelon.edgeruntime;

import io.echelon.tenants.ProcessLifecycle;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.vertx.http.HttpServer;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Map;
import java.util.OptionalLong;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/** Runs a node from the start of its process to the end. */
@Singleton
final class EdgeApplication implements QuarkusApplication {
    private final EdgeConfiguration configuration;
    private final Vertx vertx;
    private final MeterRegistry registry;
    private final InternalPort internal;
    private final HttpServer internalServer;
    private final NodeReadiness readiness;
    private volatile @Nullable NodeProgram running;

    EdgeApplication(
            EdgeConfiguration configuration,
            Vertx vertx,
            MeterRegistry registry,
            InternalPort internal,
            HttpServer internalServer,
            @Readiness NodeReadiness readiness) {
        this.configuration = configuration;
        this.vertx = vertx;
        this.registry = registry;
        this.internal = internal;
        this.internalServer = internalServer;
        this.readiness = readiness;
    }

    @Override
    public int run(String... arguments) throws InterruptedException {
        ProcessLifecycle lifecycle = NodeLifecycle.of(configuration);
        NodeProgram node = program(lifecycle);
        try {
            Map<String, String> addresses = node.start(internalServer.getPort());
            followParent(configuration.parentPid());
            running = node;
            readiness.set(NodeReadiness.State.READY);
            NodeLifecycle.ready(lifecycle, node, registry);
            Announcement.ready(System.out, configuration.nodeId(), addresses);
        } catch (RuntimeException e) {
            node.stop();
            throw e;
        }
        Quarkus.waitForExit();
        return 0;
    }

    /** Lets requests under way end before anything that they need is closed. */
    void stopping(@Observes ShutdownEvent event) {
        NodeProgram node = running;
        if (node != null) {
            readiness.set(NodeReadiness.State.DRAINING);
            node.stop();
            // A signal would make the exit code 143 although everything ended well.
            Runtime.getRuntime().halt(0);
        }
    }

    private NodeProgram program(ProcessLifecycle lifecycle) {
        URI quarantined = EdgeEnvironment.quarantineOf(configuration).orElse(null);
        return quarantined == null
                ? new EdgeNode(configuration, vertx, registry, internal, readiness, lifecycle)
                : new QuarantineNode(
                        configuration, quarantined, vertx, registry, internal, readiness);
    }

    private static void followParent(OptionalLong pid) {
        if (pid.isPresent()) {
            ProcessHandle.of(pid.getAsLong())
                    .ifPresentOrElse(
                            parent -> {
                                var _ = parent.onExit().thenRun(Quarkus::asyncExit);
                            },
                            Quarkus::asyncExit);
        }
    }
}
