package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which other nodes are asked, and what is known of them then; over real connections. */
@Timeout(60)
final class PeersTest {
    private static final URI NOWHERE = URI.create("http://192.0.2.1:1");
    private static final WarmList LIST =
            WarmList.of(
                    List.of(
                            new WarmList.Ready(
                                    new RevisionId(TenantName.DEFAULT, new AppName("app"), 1),
                                    WarmList.Cost.ofNanos(100_000_000, 200_000_000))));

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(NodeForwarding.options());
    private final AtomicInteger lists = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile boolean hangs;
    private volatile boolean isOn = true;
    private volatile boolean isStoreAway;
    private volatile List<NodeRecord> rows;
    private HttpServer other;
    private Peers peers;

    @BeforeEach
    void open() {
        other =
                vertx.createHttpServer()
                        .requestHandler(
                                request -> {
                                    String known = request.getParam("known");
                                    if (hangs) {
                                        return;
                                    }
                                    if (known.equals(Integer.toString(LIST.version()))) {
                                        request.response().setStatusCode(204).end();
                                    } else {
                                        lists.incrementAndGet();
                                        request.response().end(Buffer.buffer(Json.bytes(LIST)));
                                    }
                                })
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        rows = List.of(row("node-1", NOWHERE), row("node-2", address()));
        peers =
                new Peers(
                        "node-1",
                        () -> isOn,
                        () -> {
                            if (isStoreAway) {
                                throw new EchelonException(ErrorCode.UNAVAILABLE, "away");
                            }
                            return rows;
                        },
                        row ->
                                row.internal().equals(NOWHERE)
                                        ? null
                                        : new Peer.Way(row.internal(), client, null),
                        looks::incrementAndGet);
    }

    @AfterEach
    void close() {
        peers.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + other.actualPort());
    }

    private static NodeRecord row(String id, URI internal) {
        return new NodeRecord(id, NOWHERE, NOWHERE, internal, Instant.EPOCH, "0.1.0");
    }

    private void lookUntil(BooleanSupplier holds) {
        while (!holds.getAsBoolean()) {
            peers.look();
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void asksThoseThatTakeRequestsWhatStandsReadyThereAndHowFarTheyAre() {
        lookUntil(() -> peers.all().stream().anyMatch(Peer::answers));
        Peer peer = peers.all().getFirst();
        assertThat(peers.all()).hasSize(1);
        assertThat(peer.id()).isEqualTo("node-2");
        assertThat(peer.warm()).isEqualTo(LIST);
        assertThat(peer.hopNanos()).isPositive();
        assertThat(lists.get()).as("how often the same was sent").isEqualTo(1);
        assertThat(looks.get()).isPositive();

        isStoreAway = true;
        peers.look();
        assertThat(peers.all()).containsExactly(peer);
        isStoreAway = false;
        rows = List.of(row("node-2", address()).in(NodeState.DRAINING));
        peers.look();
        assertThat(peers.all()).isEmpty();
    }

    @Test
    void asksNobodyWhereItIsSwitchedOffAndOnANodeThatIsAlone() {
        isOn = false;
        peers.look();
        assertThat(peers.all()).isEmpty();
        isOn = true;
        rows = List.of(row("node-1", NOWHERE));
        peers.look();
        assertThat(peers.all()).isEmpty();
        assertThat(looks.get()).isZero();
    }

    @Test
    void aNodeThatDoesNotAnswerIsNotChosenUntilItDoes() {
        lookUntil(() -> peers.all().stream().anyMatch(Peer::answers));
        Peer peer = peers.all().getFirst();
        hangs = true;
        lookUntil(() -> !peer.answers());
        hangs = false;
        lookUntil(peer::answers);
        assertThat(peers.all()).containsExactly(peer);

        rows = List.of(new NodeRecord("node-2", NOWHERE, NOWHERE, address(), Instant.MAX, "0.1.0"));
        peers.look();
        assertThat(peers.all()).hasSize(1).doesNotContain(peer);
    }
}
