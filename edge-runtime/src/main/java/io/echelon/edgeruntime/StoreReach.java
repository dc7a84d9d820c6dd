package io.echelon.edgeruntime;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.SystemRows;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Whether the platform's store answers this node. One row is read every two seconds, as strongly as
 * a function would; when two readings in a row had no answer within three seconds, the store is
 * away, until one has. So a node says so eight seconds after it was cut off.
 *
 * <p><b>Lifecycle.</b> The store is taken to answer until {@link #start}ed readings say otherwise;
 * {@link #close} once.
 *
 * <p><b>Thread safety.</b> Any thread; questions do not block.
 */
final class StoreReach implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StoreReach.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int FAILURES = 2;

    private final KvDatabase system;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Repeated repeated = new Repeated("echelon-store-reach", INTERVAL, this::look);
    private volatile long answeredNanos;
    private volatile boolean isAway;
    private int failures;

    /**
     * @param system the platform's own database, as this node reaches it
     */
    StoreReach(KvDatabase system) {
        this(system, PATIENCE, System::nanoTime);
    }

    /**
     * @param patience longest wait for an answer
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    StoreReach(KvDatabase system, Duration patience, LongSupplier nanos) {
        this.system = system;
        this.patience = patience;
        this.nanos = nanos;
        this.answeredNanos = nanos.getAsLong();
    }

    void start() {
        repeated.start();
    }

    @Override
    public void close() {
        repeated.close();
    }

    /** Shows it among the node's metrics; docs/metrics.md has the names. */
    void register(MeterRegistry registry) {
        Gauge.builder("echelon.store.reachable", this, one -> one.isAway() ? 0 : 1)
                .register(registry);
    }

    /** Whether the store does not answer. */
    boolean isAway() {
        return isAway;
    }

    /** The refusal of what would need the store; only for while it is away. */
    EchelonException refusal() {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The platform's store has not answered this node for %d s, so nothing was read or written; try again"
                        .formatted(silentSeconds()));
    }

    /** Seconds since its last answer. */
    long silentSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - answeredNanos);
    }

    /** Reads once, and decides. */
    void look() {
        if (answers()) {
            if (isAway) {
                LOG.infof("The store answers again, after %d s", silentSeconds());
            }
            answeredNanos = nanos.getAsLong();
            failures = 0;
            isAway = false;
        } else if (++failures >= FAILURES && !isAway) {
            isAway = true;
            LOG.warnf(
                    "The store has not answered for %d s; what needs no database is served on",
                    silentSeconds());
        }
    }

    private boolean answers() {
        try {
            var _ =
                    system.get(KvKey.of(SystemRows.changeSignal()))
                            .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return e.getCause() instanceof EchelonException refusal
                    && refusal.code() != ErrorCode.UNAVAILABLE;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (EchelonException e) {
            return e.code() != ErrorCode.UNAVAILABLE;
        } catch (RuntimeException e) {
            LOG.error("Whether the store answers cannot be told", e);
            return false;
        }
    }
}
