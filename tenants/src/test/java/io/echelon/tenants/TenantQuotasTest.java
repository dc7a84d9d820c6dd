package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TenantQuotasTest {
    private static final TenantName TENANT = new TenantName("acme");
    private static final PlanName SMALL = new PlanName("small");

    @Test
    void whatWasDecidedForTheTenantGoesBeforeItsPlanAndThatBeforeTheStandard() {
        PlanRecord plan = new PlanRecord(SMALL, Map.of("apps", 3L, "bundleBytes", 1_000L));
        QuotaRecord own = new QuotaRecord(TENANT, SMALL, Map.of("apps", 5L));
        TenantQuotas quotas = TenantQuotas.of(own, plan);
        assertThat(quotas.limit(Quota.APPS)).isEqualTo(5);
        assertThat(quotas.limit(Quota.BUNDLE_BYTES)).isEqualTo(1_000);
        assertThat(quotas.limit(Quota.DATABASES)).isEqualTo(Quota.DATABASES.standard());
    }

    @Test
    void aTenantOfAnUnknownPlanHasTheStandardQuotas() {
        QuotaRecord own = new QuotaRecord(TENANT, new PlanName("gone"), Map.of());
        assertThat(TenantQuotas.of(own, null)).isEqualTo(TenantQuotas.STANDARD);
    }

    @Test
    void whatANewerVersionDecidedIsPassedOver() {
        QuotaRecord own =
                Json.read(
                        "{\"tenant\":\"acme\",\"plan\":\"default\",\"limits\":{\"teleports\":7,\"apps\":2}}"
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        QuotaRecord.class);
        assertThat(TenantQuotas.of(own, null).limit(Quota.APPS)).isEqualTo(2);
    }

    @Test
    void everyStandardLimitMayBeSetAndOthersHaveBounds() {
        for (Quota quota : Quota.values()) {
            assertThat(Quota.of(quota.wireName())).isEqualTo(quota);
            assertThat(quota.checked(quota.standard())).isEqualTo(quota.standard());
            assertThatThrownBy(() -> quota.checked(-1)).hasMessageContaining(quota.wireName());
        }
        assertThatThrownBy(() -> Quota.of("aps"))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("did you mean \"apps\"");
    }
}
