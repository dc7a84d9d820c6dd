package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.HostSession;
import io.echelon.tenants.RevisionId;
import io.vertx.core.Vertx;
import java.util.function.Function;

/**
 * What {@code fetch} reaches. Its operations:
 *
 * <ul>
 *   <li>{@code open(method, url, headers, body)} sends a request and gives {@code [status,
 *       statusText, headers, rid, version]} when the response's head is there; headers are names
 *       and values in turn, the body is null or bytes
 *   <li>{@code begin()} gives a rid, for a body in pieces: then {@code open(method, url, headers,
 *       "stream", rid)}, and meanwhile {@code write(rid, bytes)}, which ends when more may be
 *       written, and {@code finish(rid)}
 *   <li>{@code read(rid)} gives the next bytes of the response, null at the end
 *   <li>{@code cancel(rid)} breaks off
 * </ul>
 *
 * Redirects are not followed: whoever calls does it, by opening again, so that each step is
 * checked.
 */
final class FetchBinding implements HostBinding {
    private final Vertx vertx;
    private final OutgoingClients clients;
    private final Destinations destinations;
    private final PermittedHosts hosts;
    private final Function<RevisionId, UsageMeter> usage;
    private final Traces traces;

    /**
     * @param usage where what a revision sends and receives is counted
     * @param traces that requests are part of
     */
    FetchBinding(
            Vertx vertx,
            OutgoingClients clients,
            Destinations destinations,
            PermittedHosts hosts,
            Function<RevisionId, UsageMeter> usage,
            Traces traces) {
        this.vertx = vertx;
        this.clients = clients;
        this.destinations = destinations;
        this.hosts = hosts;
        this.usage = usage;
        this.traces = traces;
    }

    @Override
    public String name() {
        return "fetch";
    }

    @Override
    public HostSession open(GuestIdentity guest) {
        RevisionId revision = guest.revision();
        return new FetchSession(
                vertx,
                clients,
                destinations,
                hosts,
                revision.tenant(),
                usage.apply(revision),
                new GuestTraces(traces, guest));
    }
}
