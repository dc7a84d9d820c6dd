package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealingTest {
    private static final TenantName ACME = new TenantName("acme");
    private static final AppName SHOP = new AppName("shop");
    private static final byte[] CONTENT = "hunter2".getBytes(StandardCharsets.UTF_8);

    private final SecureRandom random = new SecureRandom();
    private final SealingKey key = SealingKey.make(random);

    @Test
    void opensWhatItSealedForTheSamePurpose() {
        byte[] sealed = key.seal(CONTENT, "a", random);

        assertThat(key.open(sealed, "a")).isEqualTo(CONTENT);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("hunter2");
        assertThat(key.seal(CONTENT, "a", random)).isNotEqualTo(sealed);
    }

    @Test
    void refusesWhatIsChangedMovedOrOfAnotherKey() {
        byte[] sealed = key.seal(CONTENT, "a", random);
        refused(() -> key.open(sealed, "b"));
        refused(() -> SealingKey.make(random).open(sealed, "a"));
        refused(() -> key.open(new byte[3], "a"));
        sealed[sealed.length - 1] ^= 1;
        refused(() -> key.open(sealed, "a"));
    }

    @Test
    void aDataKeyIsOpenedByTheMasterKeyThatSealedItAlsoWhenItIsNoLongerTheFirst() {
        MasterKeys old = MasterKeys.parse(SealingKey.make(random).text());
        DataKeyRecord record = DataKeyRecord.of(ACME, key, old, Instant.EPOCH, random);
        MasterKeys both = old.before(SealingKey.make(random));

        assertThat(record.open(both).id()).isEqualTo(key.id());
        assertThat(MasterKeys.parse(both.text()).find(old.current().id())).isPresent();
        assertThatThrownBy(() -> record.open(both.currentAlone()))
                .hasMessageContaining(old.current().id());
    }

    @Test
    void aSettingAndASnapshotOpenWhereTheyBelongAlone() {
        SettingRecord setting =
                SettingRecord.of(
                        ACME,
                        SHOP,
                        "KEY",
                        SettingRecord.Kind.SECRET,
                        "hunter2",
                        key,
                        Instant.EPOCH,
                        random);
        assertThat(setting.open(key)).isEqualTo("hunter2");
        SettingRecord moved =
                new SettingRecord(
                        ACME, SHOP, "OTHER", setting.kind(), setting.sealed(), setting.changedAt());
        refused(() -> moved.open(key));

        RevisionId first = new RevisionId(ACME, SHOP, 1);
        byte[] blob = SettingsSnapshot.seal(first, Map.of("KEY", "hunter2"), key, random);
        assertThat(SettingsSnapshot.open(first, blob, key)).isEqualTo(Map.of("KEY", "hunter2"));
        refused(() -> SettingsSnapshot.open(new RevisionId(ACME, SHOP, 2), blob, key));
    }

    @Test
    void refusesMasterKeysThatAreNoneWithoutTellingThem() {
        for (String text : new String[] {"", "\n", "abc", "x".repeat(64), "ab".repeat(31)}) {
            assertThatThrownBy(() -> MasterKeys.parse(text))
                    .isInstanceOf(EchelonException.class)
                    .hasMessageContaining("64 hexadecimal digits");
        }
        assertThat(key.toString() + MasterKeys.parse(key.text())).doesNotContain(key.text());
    }

    private static void refused(Runnable opening) {
        assertThatThrownBy(opening::run)
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("cannot be opened")
                .hasNoCause();
    }
}
