package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks hosts up and says which of their addresses a function may reach. The check comes after the
 * look-up, and the caller connects to exactly the addresses that it gets, so that a name can't be
 * made to lead elsewhere in between.
 */
final class Destinations implements AutoCloseable {
    /** Looks a name up; blocks. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final int REMEMBERED_MAX = 10_000;
    private static final int LOOKUPS_MAX = 64;

    private record Known(List<InetAddress> addresses, AddressRules rules, long untilNanos) {}

    private volatile AddressRules rules;
    private final Resolver resolver;
    private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();
    private final ExecutorService lookups =
            new ThreadPoolExecutor(
                    0,
                    LOOKUPS_MAX,
                    30,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().daemon().name("echelon-dns-", 0).factory());

    Destinations(AddressRules rules, Resolver resolver) {
        this.rules = rules;
        this.resolver = resolver;
    }

    /**
     * The addresses of a host that may be reached, at least one. Fails with a {@link GuestError}:
     * {@code PermissionDenied} when there are only others, {@code TypeError} when there are none.
     *
     * @param host a name or an address, IPv6 without brackets
     */
    CompletableFuture<List<InetAddress>> find(String host) {
        Known remembered = known.get(host);
        if (remembered != null
                && remembered.rules() == rules
                && remembered.untilNanos() - System.nanoTime() > 0) {
            return CompletableFuture.completedFuture(remembered.addresses());
        }
        CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
        try {
            lookups.execute(() -> resolve(host, result));
        } catch (RejectedExecutionException tooMany) {
            result.completeExceptionally(
                    new GuestError("TypeError", "too many names are being looked up at once"));
        }
        return result;
    }

    /** Has other rules hold from now on, for names that were looked up before as well. */
    void set(AddressRules now) {
        rules = now;
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }

    private void resolve(String host, CompletableFuture<List<InetAddress>> result) {
        try {
            AddressRules present = rules;
            List<InetAddress> permitted = permitted(host, resolver.resolve(host), present);
            if (known.size() >= REMEMBERED_MAX) {
                known.clear();
            }
            known.put(
                    host, new Known(permitted, present, System.nanoTime() + REMEMBERED.toNanos()));
            result.complete(permitted);
        } catch (UnknownHostException e) {
            result.completeExceptionally(
                    new GuestError("TypeError", "the name \"%s\" is not known".formatted(host)));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private static List<InetAddress> permitted(
            String host, InetAddress[] addresses, AddressRules rules) {
        List<InetAddress> permitted = new ArrayList<>();
        String refusal = "no address";
        for (InetAddress address : addresses) {
            String reason = rules.refusal(address);
            if (reason == null) {
                permitted.add(address);
            } else {
                refusal = reason;
            }
        }
        if (permitted.isEmpty()) {
            throw new GuestError(
                    "PermissionDenied",
                    "Requires net access to \"%s\", which is %s; functions reach the public internet only, and an operator can open other ranges with edge up --egress-allow CIDR"
                            .formatted(host, refusal));
        }
        permitted.sort(Comparator.comparingInt(address -> address.getAddress().length));
        return List.copyOf(permitted);
    }
}
