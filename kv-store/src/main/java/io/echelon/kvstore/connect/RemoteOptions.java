package io.echelon.kvstore.connect;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;

/**
 * How another node's store is reached.
 *
 * @param base the node's address, such as {@code http://10.0.0.1:9000}; paths are added to it
 * @param token the bearer token, which is never logged
 * @param requestTimeout longest wait for an answer, from the start of the request
 * @param watchSilence longest silence of a watch before it is opened anew
 */
public record RemoteOptions(
        URI base,
        String token,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration watchSilence,
        Clock clock) {
    public static RemoteOptions of(URI base, String token) {
        return new RemoteOptions(
                base,
                token,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(3L * WatchFrames.PING_SECONDS),
                Clock.systemUTC());
    }

    public RemoteOptions withClock(Clock newClock) {
        return new RemoteOptions(
                base, token, connectTimeout, requestTimeout, watchSilence, newClock);
    }

    public RemoteOptions withWatchSilence(Duration newWatchSilence) {
        return new RemoteOptions(
                base, token, connectTimeout, requestTimeout, newWatchSilence, clock);
    }

    URI resolve(String path) {
        return base.resolve(path);
    }

    @Override
    public String toString() {
        return "RemoteOptions[" + base + "]";
    }
}
