package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.RevisionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PublicPortTest {
    private final PublicFixture node = new PublicFixture();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void letsRequestsUnderWayEndAndTakesNoMore() throws Exception {
        try (Socket idle = send("GET /hello HTTP/1.1|Host: hello.localhost||");
                Socket busy = send("GET /hang HTTP/1.1|Host: hello.localhost||")) {
            assertThat(PublicFixture.readOne(idle.getInputStream())).startsWith("HTTP/1.1 200");
            assertThat(node.pool.hung.await(10, TimeUnit.SECONDS)).isTrue();
            node.traffic.drain();
            node.listener.drain();
            assertThat(idle.getInputStream().read()).as("the idle connection").isEqualTo(-1);
            assertThatThrownBy(() -> send("GET /hello HTTP/1.1|Host: hello.localhost||"))
                    .isInstanceOf(IOException.class);
            assertThat(node.traffic.underWay()).isPositive();
            node.pool.answerHanging();
            assertThat(PublicFixture.readOne(busy.getInputStream()))
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("connection: close")
                    .endsWith("late");
            assertThat(busy.getInputStream().read()).isEqualTo(-1);
            assertThat(node.traffic.underWay()).isZero();
        }
    }

    @Test
    void namesAPortThatIsInUse() {
        PublicHandler.Services services =
                new PublicHandler.Services(
                        new RevisionlessRouter(),
                        new DomainAnswers(
                                CustomDomain.Lookup.NONE, new AcmeAnswers(AcmeChallenges.NONE)),
                        PublicFixture.noDatabases(),
                        node.admission,
                        node.forwarding,
                        node.traffic,
                        Traces.off(),
                        () -> false,
                        List::of);
        io.vertx.core.Vertx other = io.vertx.core.Vertx.vertx();
        try {
            assertThatThrownBy(
                            () ->
                                    PublicPort.open(
                                            other,
                                            services,
                                            "127.0.0.1",
                                            node.port,
                                            null,
                                            () -> ConnectionLimits.DEFAULT))
                    .isInstanceOf(EchelonException.class)
                    .hasMessageContaining("Port " + node.port)
                    .hasMessageContaining("in use");
        } finally {
            other.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private Socket send(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port);
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(request.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Knows no host. */
    private static final class RevisionlessRouter implements Router {
        @Override
        public Target find(String host) {
            return null;
        }

        @Override
        public java.util.concurrent.CompletionStage<Target> wake(String host) {
            return java.util.concurrent.CompletableFuture.completedFuture(null);
        }

        @Override
        public Asleep asleep(String host) {
            return null;
        }

        @Override
        public Target loaded(RevisionId revision) {
            return null;
        }
    }
}
