package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.edgeruntime.TenantGate.Verdict;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.Quota;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantQuotas;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TenantGateTest {
    private static final long SECOND = 1_000_000_000L;

    private static TenantQuotas quotas(Quota quota, long limit) {
        return TenantQuotas.of(
                new QuotaRecord(
                        new TenantName("acme"), PlanName.DEFAULT, Map.of(quota.wireName(), limit)),
                null);
    }

    private static TenantGate gate(TenantQuotas quotas, int nodes) {
        return new TenantGate(AdmissionPolicy.DEFAULT, quotas, nodes, 0);
    }

    private static int admitted(TenantGate gate, int tries, long nanos) {
        int admitted = 0;
        for (int i = 0; i < tries; i++) {
            if (gate.admit(nanos) == Verdict.ADMITTED) {
                gate.release();
                admitted++;
            }
        }
        return admitted;
    }

    @Test
    void letsInASecondsWorthAtOnceAndThenTheRate() {
        TenantGate gate = gate(quotas(Quota.REQUESTS_PER_SECOND, 50), 1);
        assertThat(admitted(gate, 1_000, 0)).isEqualTo(50);
        assertThat(admitted(gate, 1_000, SECOND / 10)).isEqualTo(5);
        assertThat(admitted(gate, 1_000, 100 * SECOND)).isEqualTo(50);
    }

    @Test
    void theNodesOwnBoundsChangeWhileRequestsGoOn() {
        TenantGates gates = new TenantGates(AdmissionPolicy.DEFAULT);
        TenantGate gate = gates.of(new TenantName("acme"));
        gates.set(new AdmissionPolicy(50, 10, 1, 5_000, 95));
        assertThat(gate.refusal(Verdict.TOO_FAST)).contains("50 requests a second");
        assertThat(gate.refusal(Verdict.TOO_MANY)).contains("1 requests under way");
        assertThat(gates.of(new TenantName("other")).refusal(Verdict.TOO_FAST))
                .contains("50 requests a second");
    }

    @Test
    void nodesShareARateAndNoneHasNothing() {
        TenantGate gate = gate(quotas(Quota.REQUESTS_PER_SECOND, 50), 3);
        assertThat(admitted(gate, 1_000, 0)).isEqualTo(17);
        assertThat(gate.refusal(Verdict.TOO_FAST)).contains("17 requests a second", "3 nodes");
        assertThat(admitted(gate(quotas(Quota.REQUESTS_PER_SECOND, 1), 30), 9, 0)).isEqualTo(1);
    }

    @Test
    void nodesDoNotShareAWeight() {
        TenantGate gate = gate(quotas(Quota.WEIGHT, 250), 3);
        assertThat(gate.weight()).isEqualTo(250);
        gate.set(quotas(Quota.WEIGHT, 50), 3);
        assertThat(gate.weight()).isEqualTo(50);
    }

    @Test
    void countsRequestsUnderWay() {
        TenantGate gate = gate(quotas(Quota.CONCURRENT_REQUESTS, 2), 1);
        assertThat(gate.admit(0)).isEqualTo(Verdict.ADMITTED);
        assertThat(gate.admit(0)).isEqualTo(Verdict.ADMITTED);
        assertThat(gate.admit(0)).isEqualTo(Verdict.TOO_MANY);
        gate.release();
        assertThat(gate.admit(0)).isEqualTo(Verdict.ADMITTED);
        assertThat(gate.underWay()).isEqualTo(2);
    }

    @Test
    void takesOtherQuotasWhileItIsInUse() {
        TenantGate gate = gate(quotas(Quota.REQUESTS_PER_SECOND, 1), 1);
        assertThat(admitted(gate, 10, 0)).isEqualTo(1);
        gate.set(quotas(Quota.REQUESTS_PER_SECOND, 1_000), 1);
        assertThat(admitted(gate, 5_000, SECOND)).isEqualTo(1_000);
        gate.set(TenantQuotas.STANDARD, 1);
        assertThat(admitted(gate, 50_000, 2 * SECOND))
                .isEqualTo(AdmissionPolicy.DEFAULT.tenantBurst());
    }

    @Test
    void theNodesOwnBoundsStayOnTop() {
        AdmissionPolicy policy = new AdmissionPolicy(10, 5, 3, 5_000, 95);
        TenantGate gate = new TenantGate(policy, TenantQuotas.STANDARD, 1, 0);
        assertThat(admitted(gate, 100, 0)).isEqualTo(5);
        gate.set(quotas(Quota.CONCURRENT_REQUESTS, 1_000_000), 1);
        assertThat(gate.refusal(Verdict.TOO_MANY)).contains("3 requests under way");
    }

    @Test
    void isClosedWhileAQuotaOfTheDayIsUsedUp() {
        TenantGate gate = gate(TenantQuotas.STANDARD, 1);
        gate.set(
                new TenantGate.UsedUp(
                        Quota.CPU_SECONDS_PER_DAY, 3_600, 3_601, Duration.ofHours(2)));
        assertThat(gate.admit(0)).isEqualTo(Verdict.USED_UP);
        assertThat(gate.underWay()).isZero();
        assertThat(gate.refusal(Verdict.USED_UP))
                .contains("3,601 of the 3,600 s", "cpuSecondsPerDay");
        assertThat(gate.retryAfterSeconds(Verdict.USED_UP)).isEqualTo(7_201);
        gate.set(null);
        assertThat(gate.admit(0)).isEqualTo(Verdict.ADMITTED);
    }

    @Test
    void manyOperationsAtOncePassWhenNothingElseCame() {
        TenantGate gate = gate(quotas(Quota.KV_OPERATIONS_PER_SECOND, 10), 1);
        assertThat(gate.admitKv(1_000, 0)).isTrue();
        assertThat(gate.admitKv(1, 90 * SECOND)).isFalse();
        assertThat(gate.admitKv(1, 100 * SECOND)).isTrue();
    }
}
