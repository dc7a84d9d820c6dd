package io.echelon.controlplane;

import io.echelon.tenants.TenantName;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast tokens of any kind are made: {@value #BURST} at once by one caller for one tenant, and
 * {@value #BURST_OF_ADDRESS} from one address, then {@value #PER_SECOND} a second.
 *
 * <p>Thread safety: safe for use by several threads.
 */
@Singleton
final class TokenPace {
    static final int BURST = 300;
    static final int BURST_OF_ADDRESS = 2_000;
    static final int PER_SECOND = 2;

    private final Allowances callers = new Allowances(BURST, PER_SECOND, System::nanoTime);
    private final Allowances addresses =
            new Allowances(BURST_OF_ADDRESS, PER_SECOND, System::nanoTime);

    /** Refuses a caller that makes too many. */
    void require(RoutingContext context, @Nullable TenantName tenant) {
        Caller caller = RightsGuard.caller(context);
        TenantName only = caller.onlyTenant();
        String key =
                "%s of %s for %s"
                        .formatted(
                                caller.actor(),
                                only == null ? "" : only,
                                tenant == null ? "" : tenant);
        Optional<Duration> wait = callers.take(key);
        if (wait.isPresent()) {
            throw new TooManyException(
                    "You made %d tokens in a short time; %d a second are made for you from now on"
                            .formatted(BURST, PER_SECOND),
                    wait.get());
        }
        Optional<Duration> ofAddress =
                addresses.take(WrongTokens.source(context.request().remoteAddress()));
        if (ofAddress.isPresent()) {
            throw new TooManyException(
                    "%,d tokens were made from your address in a short time; %d a second are made for it from now on"
                            .formatted(BURST_OF_ADDRESS, PER_SECOND),
                    ofAddress.get());
        }
    }
}
