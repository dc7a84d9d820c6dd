package io.echelon.edgeruntime;

import io.echelon.tenants.NodeRecord;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private final String id;
    private final Instant startedAt;
    private final Way way;
    private final Set<Relay> waiting = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private volatile WarmList warm = WarmList.EMPTY;
    private volatile long hopNanos;
    private volatile boolean answers;

    Peer(String id, Instant startedAt, Way way) {
        this.id = id;
        this.startedAt = startedAt;
        this.way = way;
    }

    /** Whether a row is of this node, and of the same start of it. */
    boolean isOf(NodeRecord row, Way now) {
        return id.equals(row.id()) && startedAt.equals(row.startedAt()) && way.equals(now);
    }

    String id() {
        return id;
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
    }

    /** It did not answer, and is asked for nothing until it does. */
    void isAway() {
        answers = false;
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
