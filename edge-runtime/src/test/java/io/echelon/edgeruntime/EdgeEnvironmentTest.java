package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.ratis.Member;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.ProcessSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EdgeEnvironmentTest {
    private static final String GROUP = "0b0e7a4e-58a1-4c7c-9e1e-0ed174f6574a";
    private static final Map<String, String> LEAST =
            Map.of("ECHELON_DATA", "/data", "ECHELON_CLUSTER_SECRET_FILE", "/secret");

    @Test
    void hasTheDefaultsOfTheContract() {
        EdgeConfiguration configuration = EdgeEnvironment.read(LEAST);
        assertThat(configuration.nodeId()).isEqualTo("node-1");
        assertThat(configuration.data()).isEqualTo(Path.of("/data"));
        assertThat(configuration.bind()).isEqualTo("127.0.0.1");
        assertThat(configuration.httpPort()).isEqualTo(8080);
        assertThat(configuration.httpsPort()).isEqualTo(8443);
        assertThat(configuration.internalPort()).isZero();
        assertThat(configuration.baseDomain()).isEqualTo("localhost");
        assertThat(configuration.ca()).isEmpty();
        assertThat(configuration.clusterPort()).isEmpty();
        assertThat(configuration.clusterBind()).isEmpty();
        assertThat(configuration.clusterHost()).isEmpty();
        assertThat(configuration.clusterIdentity()).isEmpty();
        assertThat(configuration.store()).isEqualTo("local");
        assertThat(StoreMembers.of(configuration)).isEmpty();
        assertThat(configuration.storeCarriedOver()).isFalse();
        assertThat(configuration.egressAllow()).isEmpty();
        assertThat(configuration.trustedProxies()).isEmpty();
        assertThat(configuration.allowInterpreter()).isFalse();
        assertThat(configuration.forward()).isTrue();
        assertThat(configuration.parentPid()).isEmpty();
        assertThat(EdgeEnvironment.admission(configuration)).isEqualTo(AdmissionPolicy.DEFAULT);
        assertThat(EdgeEnvironment.connections(configuration)).isEqualTo(ConnectionLimits.DEFAULT);
        assertThat(NodeTraces.settings(configuration))
                .isEqualTo(new TraceSampler.Settings(0.01, 50, Duration.ofSeconds(1)));
        assertThat(NodeTraces.receiver(configuration)).isEmpty();
        assertThat(EdgeEnvironment.logs(configuration)).isEqualTo(LogRetention.DEFAULT);
        assertThat(configuration.logLevel()).isEqualTo(LogLevel.INFO);
    }

    @Test
    void whatChangesWhileANodeRunsIsASetting() {
        assertThat(ProcessSettings.names(EdgeConfiguration.class)).containsAll(NodeLifecycle.LIVE);
    }

    @Test
    void readsWhatIsSetAndLeavesOtherPartsVariablesAlone() {
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put("ECHELON_NODE_ID", "node-7");
        environment.put("ECHELON_STORE", "http://10.0.0.1:7000");
        environment.put("ECHELON_EGRESS_ALLOW", "");
        environment.put("ECHELON_TOKEN", "of the command line");
        environment.put("ECHELON_PARENT_PID", "42");
        EdgeConfiguration configuration = EdgeEnvironment.read(environment);
        assertThat(configuration.nodeId()).isEqualTo("node-7");
        assertThat(configuration.store()).isEqualTo("http://10.0.0.1:7000");
        assertThat(configuration.egressAllow()).isEmpty();
        assertThat(configuration.parentPid()).hasValue(42);
    }

    @Test
    void aNodeThatJoinedReachesTheStoreByTlsAloneAndCanBeReached() {
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put("ECHELON_CLUSTER_IDENTITY", "/identity");
        environment.put("ECHELON_CLUSTER_PORT", "7443");
        environment.put("ECHELON_STORE", "https://10.0.0.1:7443");
        assertThat(EdgeEnvironment.read(environment).clusterPort()).hasValue(7443);

        environment.put("ECHELON_STORE", "https://10.0.0.1:7443,http://10.0.0.1:7000");
        assertThatThrownBy(() -> EdgeEnvironment.read(environment)).hasMessageContaining("https");
        environment.put("ECHELON_STORE", "local");
        assertThatThrownBy(() -> EdgeEnvironment.read(environment))
                .hasMessageContaining("ECHELON_STORE");
        environment.put("ECHELON_STORE", "https://10.0.0.1:7443");
        environment.remove("ECHELON_CLUSTER_PORT");
        assertThatThrownBy(() -> EdgeEnvironment.read(environment))
                .hasMessageContaining("ECHELON_CLUSTER_PORT");
    }

    @ParameterizedTest
    @CsvSource({
        "ECHELON_NODEID, node-1",
        "ECHELON_NODE_ID, Node_1",
        "ECHELON_HTTP_PORT, 65536",
        "ECHELON_HTTP_PORT, eighty",
        "ECHELON_HTTPS_PORT, 8080",
        "ECHELON_STORE, remote",
        "ECHELON_BASE_DOMAIN, Exa mple",
        "ECHELON_EGRESS_ALLOW, 10.0.0.0/99",
        "ECHELON_TENANT_CONCURRENCY, 0",
        "ECHELON_IDLE_SECONDS, 0",
        "ECHELON_HEAD_SECONDS, 3601",
        "ECHELON_HANDSHAKE_SECONDS, -1",
        "ECHELON_BODY_SECONDS, ten",
        "ECHELON_CONNECTIONS, 0",
        "ECHELON_TRACES_RATIO, 1.5",
        "ECHELON_TRACES_RATIO, NaN",
        "ECHELON_TRACES_PER_SECOND, -1",
        "ECHELON_TRACES_SLOW_MS, 0",
        "ECHELON_OTLP_ENDPOINT, collector:4318",
        "ECHELON_OTLP_ENDPOINT, http://user:pass@collector:4318",
        "ECHELON_LOG_LEVEL, loud",
        "ECHELON_LOG_DAYS, 0",
        "ECHELON_LOG_SINK, ftp://logs.example/x",
        "ECHELON_LOG_SINK, file:relative",
        "ECHELON_CACHE_MB, -1",
        "ECHELON_LOG_APP_MB, 7"
    })
    void refusesWhatIsUnknownOrWrongInOneLine(String name, String value) {
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put(name, value);
        assertThatThrownBy(() -> EdgeEnvironment.read(environment))
                .isInstanceOf(EchelonException.class)
                .hasMessageMatching("[^\\n]+");
    }

    private static Map<String, String> replica() {
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put("ECHELON_NODE_ID", "node-2");
        environment.put("ECHELON_STORE", "http://10.0.0.1:7000,http://10.0.0.2:7000");
        environment.put("ECHELON_STORE_MEMBERS", "node-1=10.0.0.1:7100,node-2=10.0.0.2:7100");
        environment.put("ECHELON_STORE_GROUP", GROUP);
        return environment;
    }

    @Test
    void knowsWhereTracesAreSent() {
        Map<String, String> environment = new HashMap<>(LEAST);
        environment.put("ECHELON_OTLP_ENDPOINT", "http://10.0.0.9:4318/");
        environment.put("ECHELON_OTLP_HEADERS", "authorization=Bearer%20a+b, x-team=edge");
        OtlpExporter.Receiver receiver =
                NodeTraces.receiver(EdgeEnvironment.read(environment)).orElseThrow();
        assertThat(receiver.traces()).hasToString("http://10.0.0.9:4318/v1/traces");
        assertThat(receiver.headers())
                .isEqualTo(Map.of("authorization", "Bearer a+b", "x-team", "edge"));
        environment.put("ECHELON_OTLP_HEADERS", "secret without a name");
        assertThatThrownBy(() -> EdgeEnvironment.read(environment))
                .hasMessageContaining("ECHELON_OTLP_HEADERS")
                .hasMessageNotContaining("secret");
    }

    @Test
    void knowsTheOtherReplicasOfTheStore() {
        StoreMembers members = StoreMembers.of(EdgeEnvironment.read(replica())).orElseThrow();
        assertThat(members.group()).hasToString(GROUP);
        assertThat(members.self()).isEqualTo(new Member("node-2", "10.0.0.2:7100"));
        assertThat(members.all()).hasSize(2);
        assertThat(members.voters()).containsExactly(URI.create("http://10.0.0.1:7000"));
        assertThat(members.isListener()).isFalse();
        assertThat(members.nodes()).containsExactly("node-1", "node-2");
        assertThat(members.replaces()).isNull();
    }

    @Test
    void knowsWhichReplicasOnlyFollow() {
        Map<String, String> environment = replica();
        environment.merge("ECHELON_STORE_MEMBERS", ",node-3=10.0.0.3:7100", String::concat);
        environment.put("ECHELON_STORE_LISTENERS", "node-3");
        environment.put("ECHELON_NODE_ID", "node-3");
        StoreMembers members = StoreMembers.of(EdgeEnvironment.read(environment)).orElseThrow();
        assertThat(members.isListener()).isTrue();
        assertThat(members.all()).hasSize(3);
        assertThat(members.voters())
                .containsExactly(
                        URI.create("http://10.0.0.1:7000"), URI.create("http://10.0.0.2:7000"));
    }

    @Test
    void aReplicaThatTakesAnothersPlaceHasAnotherNameThanItsNode() {
        Map<String, String> environment = replica();
        environment.put(
                "ECHELON_STORE_MEMBERS", "node-1=10.0.0.1:7100,node-2/node-2-r2=10.0.0.2:7100");
        environment.put("ECHELON_STORE_REPLACES", "node-2");
        StoreMembers members = StoreMembers.of(EdgeEnvironment.read(environment)).orElseThrow();
        assertThat(members.self()).isEqualTo(new Member("node-2-r2", "10.0.0.2:7100"));
        assertThat(members.nodes()).containsExactly("node-1", "node-2");
        assertThat(members.replaces()).isEqualTo("node-2");
    }

    @Test
    void knowsHowManyShardsTheStoreHas() {
        Map<String, String> environment = replica();
        assertThat(shards(environment)).isEqualTo(1);
        environment.put("ECHELON_STORE_SHARDS", "4");
        assertThat(shards(environment)).isEqualTo(4);
        for (String wrong : List.of("0", "65", "many")) {
            environment.put("ECHELON_STORE_SHARDS", wrong);
            assertThatThrownBy(() -> EdgeEnvironment.read(environment))
                    .isInstanceOf(EchelonException.class);
        }
    }

    private static int shards(Map<String, String> environment) {
        return StoreMembers.of(EdgeEnvironment.read(environment)).orElseThrow().shards();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ECHELON_NODE_ID|node-3",
                "ECHELON_STORE|local",
                "ECHELON_STORE|http://10.0.0.1:7000",
                "ECHELON_STORE_MEMBERS|node-1=10.0.0.1:7100,node-2",
                "ECHELON_STORE_MEMBERS|node-2=10.0.0.1:7100,node-2=10.0.0.2:7100",
                "ECHELON_STORE_MEMBERS|",
                "ECHELON_STORE_LISTENERS|node-1",
                "ECHELON_STORE_LISTENERS|node-3",
                "ECHELON_STORE_GROUP|group"
            })
    void refusesReplicasThatCannotBe(String name, @Nullable String value) {
        Map<String, String> environment = replica();
        environment.put(name, value == null ? "" : value);
        assertThatThrownBy(() -> EdgeEnvironment.read(environment))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("ECHELON_STORE_MEMBERS");
    }

    @Test
    void namesTheVariableThatIsMissing() {
        assertThatThrownBy(() -> EdgeEnvironment.read(Map.of("ECHELON_DATA", "/data")))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("ECHELON_CLUSTER_SECRET_FILE");
    }
}
