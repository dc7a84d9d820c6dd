package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Whether a node that joined is still a part of its platform, and what the platform wants it to
 * have: asked every two seconds and kept in the node's folder.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, {@link #close} once.
 *
 * <p><b>Failure.</b> While nobody answers, what was told last holds.
 */
final class Membership implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Membership.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final ClusterClient client;
    private final JoinedFolder folder;
    private final Consumer<String> removed;
    private final AtomicBoolean isTold = new AtomicBoolean();
    private final Repeated repeated = new Repeated("echelon-membership", INTERVAL, this::look);
    private volatile boolean closed;

    /**
     * @param removed told once, with the reason, that the node is no part any more
     */
    Membership(ClusterClient client, JoinedFolder folder, Consumer<String> removed) {
        this.client = client;
        this.folder = folder;
        this.removed = removed;
    }

    void start() {
        repeated.start();
    }

    @Override
    public void close() {
        closed = true;
        repeated.close();
        client.close();
    }

    private void look() {
        try {
            folder.keep(client.get(ClusterRoutes.SETTINGS, ClusterRoutes.Settings.class));
        } catch (EchelonException e) {
            if (e.code() == ErrorCode.PERMISSION_DENIED) {
                if (isTold.compareAndSet(false, true)) {
                    removed.accept(e.reason());
                }
            } else if (!closed) {
                LOG.debugf("The platform could not be asked: %s", e.reason());
            }
        } catch (IOException e) {
            LOG.warnf("What the platform says could not be kept: %s", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("The platform could not be followed", e);
        }
    }
}
