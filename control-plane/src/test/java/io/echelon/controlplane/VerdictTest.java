package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.controlplane.Verdict.Time;
import io.echelon.tenants.AppName;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final RevisionId ID =
            new RevisionId(TenantName.DEFAULT, new AppName("hello"), 1);

    @Test
    void isReadyWhenEveryLiveNodeIs() {
        assertThat(
                        Verdict.of(
                                List.of(node("a"), node("b")),
                                List.of(report("a", State.READY), report("b", State.READY)),
                                Time.LEFT))
                .isEqualTo(new Verdict.Ready());
    }

    @Test
    void isPendingWhileALiveNodeHasNotReported() {
        assertThat(
                        Verdict.of(
                                List.of(node("a"), node("b")),
                                List.of(report("a", State.READY)),
                                Time.LEFT))
                .isEqualTo(new Verdict.Pending());
    }

    @Test
    void doesNotWaitForADeadNode() {
        assertThat(
                        Verdict.of(
                                List.of(node("a")),
                                List.of(report("a", State.SERVING), report("b", State.WARMING)),
                                Time.LEFT))
                .isEqualTo(new Verdict.Ready());
    }

    @Test
    void failsAsSoonAsALiveNodeFailsAndNamesIt() {
        assertThat(
                        Verdict.of(
                                List.of(node("a"), node("b")),
                                List.of(
                                        report("a", State.WARMING),
                                        new ReadinessRecord(
                                                ID, "b", State.FAILED, "SyntaxError", 3)),
                                Time.LEFT))
                .isEqualTo(new Verdict.Failed("b: SyntaxError"));
    }

    @Test
    void isNotReadyWithoutALiveNode() {
        assertThat(Verdict.of(List.of(), List.of(report("a", State.READY)), Time.LEFT))
                .isEqualTo(new Verdict.Pending());
    }

    @Test
    void namesTheNodesThatAreNotReadyWhenTimeIsUp() {
        assertThat(
                        Verdict.of(
                                List.of(node("a"), node("b"), node("c")),
                                List.of(report("a", State.READY), report("b", State.FETCHING)),
                                Time.UP))
                .isInstanceOfSatisfying(
                        Verdict.Failed.class,
                        failed ->
                                assertThat(failed.detail())
                                        .contains("b (FETCHING), c (no report)")
                                        .doesNotContain("a ("));
    }

    @Test
    void keepsALongReasonShort() {
        ReadinessRecord report = new ReadinessRecord(ID, "a", State.FAILED, "x".repeat(60_000), 3);

        assertThat(Verdict.of(List.of(node("a")), List.of(report), Time.LEFT))
                .isInstanceOfSatisfying(
                        Verdict.Failed.class,
                        failed ->
                                assertThat(failed.detail())
                                        .hasSizeLessThan(Verdict.DETAIL_MAX_CHARS + 2));
    }

    private static ReadinessRecord report(String node, State state) {
        return new ReadinessRecord(ID, node, state, null, 1);
    }

    private static NodeRecord node(String id) {
        URI uri = URI.create("http://127.0.0.1:1");
        return new NodeRecord(id, uri, uri, uri, Instant.EPOCH, "1");
    }
}
