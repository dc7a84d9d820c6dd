package io.echelon.kvstore.connect;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a store on other nodes is reached.
 *
 * @param bases addresses of nodes that have the same store, such as {@code http://10.0.0.1:9000};
 *     paths are added to them. One is asked until it fails, then the next.
 * @param token the bearer token, which is never logged
 * @param attemptTimeout longest wait for one node's answer
 * @param requestTimeout longest wait for an answer, whoever gives it, from the start of the request
 * @param watchSilence longest silence of a watch before it is opened anew
 * @param tls for addresses that begin with {@code https}; null trusts whom the JDK trusts
 */
public record RemoteOptions(
        List<URI> bases,
        String token,
        Duration connectTimeout,
        Duration attemptTimeout,
        Duration requestTimeout,
        Duration watchSilence,
        Clock clock,
        @Nullable SSLContext tls) {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    public RemoteOptions {
        bases = List.copyOf(bases);
        if (bases.isEmpty()) {
            throw new IllegalArgumentException("A store elsewhere needs at least one address");
        }
    }

    public static RemoteOptions of(URI base, String token) {
        return of(List.of(base), token);
    }

    /** Where there are several nodes, one that does not answer is left soon. */
    public static RemoteOptions of(List<URI> bases, String token) {
        boolean several = bases.size() > 1;
        return new RemoteOptions(
                bases,
                token,
                Duration.ofSeconds(several ? 2 : 5),
                several ? Duration.ofSeconds(5) : REQUEST_TIMEOUT,
                REQUEST_TIMEOUT,
                Duration.ofSeconds(3L * WatchFrames.PING_SECONDS),
                Clock.systemUTC(),
                null);
    }

    public RemoteOptions withClock(Clock newClock) {
        return new RemoteOptions(
                bases,
                token,
                connectTimeout,
                attemptTimeout,
                requestTimeout,
                watchSilence,
                newClock,
                tls);
    }

    public RemoteOptions withWatchSilence(Duration newWatchSilence) {
        return new RemoteOptions(
                bases,
                token,
                connectTimeout,
                attemptTimeout,
                requestTimeout,
                newWatchSilence,
                clock,
                tls);
    }

    public RemoteOptions withAttemptTimeout(Duration newAttemptTimeout) {
        return new RemoteOptions(
                bases,
                token,
                connectTimeout,
                newAttemptTimeout,
                requestTimeout,
                watchSilence,
                clock,
                tls);
    }

    public RemoteOptions withTls(@Nullable SSLContext newTls) {
        return new RemoteOptions(
                bases,
                token,
                connectTimeout,
                attemptTimeout,
                requestTimeout,
                watchSilence,
                clock,
                newTls);
    }

    /** The addresses, for messages. */
    String where() {
        return bases.stream().map(URI::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return "RemoteOptions[" + where() + "]";
    }

    /** A client for requests that are no KV Connect. */
    HttpClient client() {
        return builder().build();
    }

    HttpClient.Builder builder() {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(connectTimeout);
        return tls == null ? builder : builder.sslContext(tls);
    }
}
