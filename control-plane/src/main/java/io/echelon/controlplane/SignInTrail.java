package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.AuditRecord;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sign-ins in the audit, without what was shown: those that opened a session, in the commit that
 * begins it; and those that were refused, gathered by {@link RefusalTallies} and written at once
 * when an address is refused first, and then every {@link #GRAIN} at most. What concerns no tenant
 * that is known is in the audit of the tenant {@code default}, as all that concerns the platform.
 *
 * <p><b>Lifecycle.</b> Refusals are written from the control plane's start to its end, on a thread
 * of its own.
 *
 * <p><b>Failure.</b> While the store cannot be reached refusals are counted on and written later;
 * those of the last seconds before a crash are lost.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads; counting blocks nobody.
 */
@Singleton
final class SignInTrail {
    /** Where somebody was refused. */
    enum Door {
        CONSOLE("signIn.refused"),
        API("tokens.refused"),
        CLUSTER("nodes.refused");

        private final String action;

        Door(String action) {
            this.action = action;
        }
    }

    static final Duration GRAIN = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(SignInTrail.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final AuditTrail audit;
    private final InstantSource clock;
    private final RefusalTallies tallies;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("sign-in-trail").unstarted(this::run);
    private volatile boolean isClosing;

    SignInTrail(AuditTrail audit, RefusalTallies tallies, InstantSource clock) {
        this.audit = audit;
        this.tallies = tallies;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        isClosing = true;
        wanted.release();
        if (!thread.join(LAST_WORDS)) {
            thread.interrupt();
        }
    }

    /**
     * The row of a session that begins or ends.
     *
     * @param after what is known of how, without secrets; null is nothing
     */
    AuditTrail.Entry row(
            Caller caller, String action, RoutingContext context, @Nullable Map<String, ?> after) {
        JsonNode told = after == null ? null : Json.mapper().valueToTree(after);
        return new AuditTrail.Entry(
                tenant(caller.onlyTenant()),
                AuditTrail.row(clock.instant(), caller, action, context)
                        .ended(AuditRecord.State.DONE, null, told));
    }

    /** Counts a refusal that concerns no tenant that is known. */
    void refused(Door door, Refused reason, @Nullable String account, RoutingContext context) {
        refused(door, reason, null, account == null ? Refused.NOBODY : account, context);
    }

    /** Counts the refusal of what was somebody's. */
    void refusedHolder(
            Door door,
            Refused reason,
            Identification.@Nullable Holder holder,
            RoutingContext context) {
        TenantName tenant = holder == null ? null : holder.tenant();
        String actor = holder == null ? Refused.NOBODY : holder.actor();
        refused(door, reason, tenant, actor, context);
    }

    private void refused(
            Door door,
            Refused reason,
            @Nullable TenantName tenant,
            String actor,
            RoutingContext context) {
        RefusalTallies.Counted counted =
                tallies.count(
                        new AuditTrail.Entry(
                                tenant(tenant),
                                AuditTrail.row(clock.instant(), actor, door.action, context)),
                        WrongTokens.source(context.request().remoteAddress()),
                        reason);
        if (counted == RefusalTallies.Counted.BEGUN) {
            wanted.release();
        }
    }

    /** Which account a token claims to be of, without any of its secret; null is none. */
    static @Nullable String account(String shown) {
        return BearerToken.parse(BearerToken.Kind.ACCESS, shown)
                .map(token -> "token " + token.id())
                .orElse(null);
    }

    private static TenantName tenant(@Nullable TenantName tenant) {
        return tenant == null ? TenantName.DEFAULT : tenant;
    }

    private void run() {
        try {
            while (!isClosing) {
                var _ = wanted.tryAcquire(GRAIN.toMillis(), TimeUnit.MILLISECONDS);
                wanted.drainPermits();
                writeChanged();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeChanged() {
        List<AuditTrail.Entry> changed = tallies.changed(clock.instant());
        for (int i = 0; i < changed.size(); i++) {
            try {
                audit.write(changed.get(i).tenant(), changed.get(i).row());
            } catch (EchelonException e) {
                tallies.again();
                LOG.warnf(
                        "%d rows of refused sign-ins cannot be written now: %s",
                        changed.size() - i, e.reason());
                return;
            } catch (RuntimeException e) {
                LOG.error("A row of refused sign-ins is not written", e);
            }
        }
    }
}
