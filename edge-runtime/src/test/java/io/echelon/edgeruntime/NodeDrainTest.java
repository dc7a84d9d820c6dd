package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.NodeOrder;
import io.echelon.tenants.NodeState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeDrainTest {
    private final List<String> done = new ArrayList<>();
    private final List<NodeState> told = new ArrayList<>();
    private long underWay;
    private long nanos;
    private final NodeDrain drain =
            new NodeDrain(
                    List.of(
                            new NodeDrain.Part() {
                                @Override
                                public void drain() {
                                    done.add("drain");
                                }

                                @Override
                                public void resume() {
                                    done.add("resume");
                                }

                                @Override
                                public long underWay() {
                                    return underWay;
                                }
                            }),
                    () -> nanos,
                    told::add);

    @Test
    void isDrainedOnceNothingIsUnderWayAndServesAgain() {
        drain.follow(null);
        underWay = 2;
        drain.follow(NodeOrder.Wanted.DRAINED);
        drain.follow(NodeOrder.Wanted.DRAINED);
        assertThat(told).containsExactly(NodeState.DRAINING);
        underWay = 0;
        drain.follow(NodeOrder.Wanted.DRAINED);
        drain.follow(NodeOrder.Wanted.DRAINED);
        drain.follow(null);
        drain.follow(null);
        assertThat(told).containsExactly(NodeState.DRAINING, NodeState.DRAINED, NodeState.READY);
        assertThat(done).containsExactly("drain", "resume");
    }

    @Test
    void waitsForWhatIsUnderWayForHalfAMinuteAtMost() {
        underWay = 1;
        drain.follow(NodeOrder.Wanted.DRAINED);
        nanos = Duration.ofSeconds(30).toNanos();
        drain.follow(NodeOrder.Wanted.DRAINED);
        assertThat(told).containsExactly(NodeState.DRAINING);
        nanos++;
        drain.follow(NodeOrder.Wanted.DRAINED);
        assertThat(told).containsExactly(NodeState.DRAINING, NodeState.DRAINED);
    }

    @Test
    void servesAgainWhileItStillDrains() {
        underWay = 1;
        drain.follow(NodeOrder.Wanted.DRAINED);
        drain.follow(null);
        assertThat(told).containsExactly(NodeState.DRAINING, NodeState.READY);
    }
}
