package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import io.vertx.core.dns.DnsException;
import io.vertx.core.dns.DnsResponseCode;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * TXT records as the name servers have them that the platform is set to ask, or else those of the
 * machine.
 *
 * <p>Failure: UNAVAILABLE when none of them answers. Thread safety: safe for use by several
 * threads; blocks.
 */
@Singleton
final class TxtRecords {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int ATTEMPTS = 2;

    private final List<DnsClient> servers = new ArrayList<>();

    TxtRecords(Vertx vertx, Settings settings) {
        for (NameServer server : NameServer.parse(settings.dns().orElse(""))) {
            servers.add(
                    vertx.createDnsClient(options().setHost(server.host()).setPort(server.port())));
        }
        if (servers.isEmpty()) {
            servers.add(vertx.createDnsClient(options()));
        }
    }

    private static DnsClientOptions options() {
        return new DnsClientOptions().setQueryTimeout(PATIENCE.toMillis());
    }

    /** What the records of a name say; empty when there are none. */
    List<String> of(String name) {
        @Nullable Throwable last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            for (DnsClient server : servers) {
                try {
                    return server.resolveTXT(name)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof DnsException answer
                            && answer.code() == DnsResponseCode.NXDOMAIN) {
                        return List.of();
                    }
                    last = e.getCause();
                } catch (TimeoutException e) {
                    last = e;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new EchelonException(
                            ErrorCode.UNAVAILABLE, "The control plane is shutting down", e);
                }
            }
        }
        throw new EchelonException(
                ErrorCode.UNAVAILABLE,
                "The name servers do not say now what the TXT records of %s are; try again"
                        .formatted(name),
                last);
    }
}
