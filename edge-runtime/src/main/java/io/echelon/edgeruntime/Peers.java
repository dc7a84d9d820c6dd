package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes that take requests. Each is asked every second what stands ready there, by the
 * way that requests would take, so that it is also known how long that way is and whether there is
 * somebody at its end: one that hangs is given up on after three seconds, long before its row
 * expires.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, {@link #close} once.
 *
 * <p><b>Failure.</b> While the store cannot be reached, the nodes that were read last are asked.
 */
final class Peers implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Peers.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int ASKED_TWICE = 2;
    private static final int NO_NEWS = 204;

    private final String self;
    private final BooleanSupplier isOn;
    private final Supplier<List<NodeRecord>> rows;
    private final Function<NodeRecord, Peer.@Nullable Way> ways;
    private final Runnable look;
    private final Repeated repeated = new Repeated("echelon-other-nodes", INTERVAL, this::tryLook);
    private final Map<String, Instant> met = new HashMap<>();
    private volatile List<Asked> asked = List.of();
    private volatile List<Peer> peers = List.of();

    /** One that is asked, unless it still is. */
    private record Asked(Peer peer, AtomicBoolean isUnderWay) {}

    /**
     * @param self this node's id
     * @param isOn whether others are to be asked at all
     * @param rows reads the nodes that are alive
     * @param ways how a node is asked; null for one that this node cannot ask
     * @param look done each time that there are others, before they are asked
     */
    Peers(
            String self,
            BooleanSupplier isOn,
            Supplier<List<NodeRecord>> rows,
            Function<NodeRecord, Peer.@Nullable Way> ways,
            Runnable look) {
        this.self = self;
        this.isOn = isOn;
        this.rows = rows;
        this.ways = ways;
        this.look = look;
    }

    void start() {
        repeated.start();
    }

    @Override
    public void close() {
        repeated.close();
    }

    /** Those that can be asked, whether they answer or not. */
    List<Peer> all() {
        return peers;
    }

    private void tryLook() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.error("The other nodes could not be asked", e);
        }
    }

    /** Reads which there are, and asks each. */
    void look() {
        read();
        if (!asked.isEmpty()) {
            look.run();
        }
        for (Asked each : asked) {
            if (each.isUnderWay().compareAndSet(false, true)) {
                ask(each, ASKED_TWICE);
            }
        }
    }

    private void read() {
        List<NodeRecord> alive;
        try {
            alive = isOn.getAsBoolean() ? rows.get() : List.of();
        } catch (EchelonException e) {
            LOG.debugf("The nodes could not be read: %s", e.reason());
            return;
        }
        List<Asked> before = asked;
        List<Asked> now = new ArrayList<>();
        for (NodeRecord row : alive) {
            Peer.Way way =
                    row.id().equals(self) || row.state() != NodeState.READY
                            ? null
                            : ways.apply(row);
            if (way != null) {
                now.add(
                        before.stream()
                                .filter(known -> known.peer().isOf(row, way))
                                .findFirst()
                                .orElseGet(
                                        () ->
                                                new Asked(
                                                        new Peer(
                                                                row.id(),
                                                                row.startedAt(),
                                                                row.hasJoined(),
                                                                row.startedAt()
                                                                        .equals(met.get(row.id())),
                                                                way),
                                                        new AtomicBoolean())));
                met.put(row.id(), row.startedAt());
            }
        }
        asked = List.copyOf(now);
        peers = now.stream().map(Asked::peer).toList();
    }

    private void ask(Asked one, int timesLeft) {
        Peer peer = one.peer();
        long begun = System.nanoTime();
        var _ =
                answer(peer)
                        .onComplete(
                                list -> {
                                    if (list.succeeded()) {
                                        peer.answered(list.result(), System.nanoTime() - begun);
                                        one.isUnderWay().set(false);
                                        return;
                                    }
                                    LOG.debugf(list.cause(), "%s does not answer", peer.id());
                                    peer.isAway();
                                    if (timesLeft > 1) {
                                        ask(one, timesLeft - 1);
                                    } else {
                                        peer.giveUp();
                                        one.isUnderWay().set(false);
                                    }
                                });
    }

    /** What stands ready there; null when that is what it said before. */
    private static Future<@Nullable WarmList> answer(Peer peer) {
        RequestOptions options =
                peer.way()
                        .options(
                                HttpMethod.GET,
                                ForwardRoutes.WARM + "?known=" + peer.warm().version())
                        .setConnectTimeout(PATIENCE.toMillis())
                        .setTimeout(PATIENCE.toMillis());
        return peer.way()
                .client()
                .request(options)
                .compose(request -> Peer.send(request, null, Peers::read));
    }

    private static Future<@Nullable WarmList> read(HttpClientResponse response) {
        if (response.statusCode() == NO_NEWS) {
            return Future.succeededFuture(null);
        }
        if (response.statusCode() != 200) {
            return Future.failedFuture("it answered with status " + response.statusCode());
        }
        return response.body().map(Peers::parse);
    }

    private static WarmList parse(Buffer json) {
        return Json.read(json.getBytes(), WarmList.class);
    }
}
