package io.echelon.edgeruntime;

import io.echelon.tenants.NodeRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Another node as this one knows it: how it is asked, how long that takes, and what stands ready
 * there.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class Peer {
    /** How a node is asked: where, by whose client, and what is shown there if anything is. */
    record Way(URI address, HttpClient client, @Nullable String authorization) {
        @Override
        public String toString() {
            return "Way[" + address + "]";
        }

        /** What a request there begins with. */
        RequestOptions options(HttpMethod method, String path) {
            RequestOptions options =
                    new RequestOptions()
                            .setMethod(method)
                            .setHost(address.getHost())
                            .setPort(address.getPort())
                            .setSsl("https".equals(address.getScheme()))
                            .setURI(path);
            return authorization == null
                    ? options
                    : options.putHeader("authorization", authorization);
        }
    }

    /** A part of the difference by which a measurement moves what is known. */
    private static final int SLUGGISHNESS = 4;

    /**
     * Sends a request.
     *
     * @param body empty when null
     * @param answer what is made of the response; called before anything more of it comes than its
     *     head, as it would not be for one that is asked for after the request was sent
     */
    static <T extends @Nullable Object> Future<T> send(
            HttpClientRequest request,
            @Nullable Buffer body,
            Function<HttpClientResponse, Future<T>> answer) {
        Future<T> answered = request.response().compose(answer);
        var _ = body == null ? request.end() : request.end(body);
        return answered;
    }

    private final String id;
    private final Instant startedAt;
    private final boolean hasJoined;
    private final Way way;
    private final Set<Relay> waiting = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private volatile WarmList warm = WarmList.EMPTY;
    private volatile long hopNanos;
    private volatile boolean answers;
    private volatile boolean isSilent;
    private volatile boolean hasMissed;

    /**
     * @param hasJoined whether it is on another machine than the platform's own
     * @param hasMissed whether this start of it was known before, and lost sight of
     */
    Peer(String id, Instant startedAt, boolean hasJoined, boolean hasMissed, Way way) {
        this.id = id;
        this.startedAt = startedAt;
        this.hasJoined = hasJoined;
        this.hasMissed = hasMissed;
        this.way = way;
    }

    /** Whether a row is of this node, and of the same start of it. */
    boolean isOf(NodeRecord row, Way now) {
        return id.equals(row.id()) && startedAt.equals(row.startedAt()) && way.equals(now);
    }

    String id() {
        return id;
    }

    /** Whether it is on another machine than the platform's own. */
    boolean hasJoined() {
        return hasJoined;
    }

    /** Whether it did not answer when it was asked last. */
    boolean isSilent() {
        return isSilent;
    }

    /** Whether it was away since it was told what it missed. */
    boolean hasMissed() {
        return hasMissed;
    }

    /** It knows that what it has may be old. */
    void caughtUp() {
        hasMissed = false;
    }

    Way way() {
        return way;
    }

    /** What stands ready there, as it said last. */
    WarmList warm() {
        return warm;
    }

    /**
     * What a revision costs elsewhere; null when it does not stand ready there.
     *
     * @param revision as {@link WarmList} names it
     */
    WarmList.@Nullable Cost find(String revision) {
        return refused.contains(revision) ? null : warm.find(revision);
    }

    /** It has no isolate for a revision, and is asked for none until it says again what it has. */
    void refused(String revision) {
        refused.add(revision);
    }

    /** How long it takes to ask it and to be answered, in nanoseconds; 0 before that is known. */
    long hopNanos() {
        return hopNanos;
    }

    /** Whether it answered when it was asked last, and how long that takes is known. */
    boolean answers() {
        return answers && hopNanos > 0;
    }

    /**
     * It answered.
     *
     * @param list what stands ready there; null when that is what it said before
     * @param tookNanos how long it took
     */
    void answered(@Nullable WarmList list, long tookNanos) {
        if (list != null) {
            warm = list;
        }
        refused.clear();
        long before = hopNanos;
        if (before > 0) {
            hopNanos = before + (tookNanos - before) / SLUGGISHNESS;
        } else if (answers) { // the first time had a connection to make
            hopNanos = tookNanos;
        }
        answers = true;
        isSilent = false;
    }

    /** It did not answer, and is asked for nothing until it does. */
    void isAway() {
        answers = false;
        isSilent = true;
        hasMissed = true;
    }

    /** Says that a request there waits for its answer to begin. */
    void waits(Relay relay) {
        waiting.add(relay);
    }

    /** Says that one waits no more. */
    void waitsNoMore(Relay relay) {
        waiting.remove(relay);
    }

    /** Gives up on the requests that wait for it. */
    void giveUp() {
        waiting.forEach(Relay::giveUp);
    }
}
