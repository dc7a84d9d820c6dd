package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of tenants' databases. */
class DatabaseRefTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "a-b", "a_b", "a--b", "a-", "system", "v1"})
    void takesANameThatTheStoreTakes(String name) {
        assertThat(new DatabaseRef(TenantName.DEFAULT, name).storeName())
                .isEqualTo("t.default." + name)
                .isNotEqualTo(SystemRows.DATABASE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "_a", "a.b", ".", "A", "ä", "a b", "a\n", "a/b", "a%2fb"})
    void refusesANameThatCouldLeaveTheTenant(String name) {
        assertThatThrownBy(() -> new DatabaseRef(TenantName.DEFAULT, name))
                .isInstanceOf(EchelonException.class)
                .hasFieldOrPropertyWithValue("code", ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void namesTheLimitAndTheLengthOfANameThatIsTooLong() {
        assertThatThrownBy(() -> new DatabaseRef(TenantName.DEFAULT, "a".repeat(64)))
                .hasMessageContaining("64 characters")
                .hasMessageContaining("at most 63");
    }

    @Test
    void anAppsDatabaseIsNamedAsTheApp() {
        TenantName tenant = new TenantName("acme");
        assertThat(DatabaseRef.of(tenant, new AppName("shop")).storeName())
                .isEqualTo("t.acme.shop");
    }

    @Test
    void isReadBackFromItsNameInTheStore() {
        DatabaseRef database = new DatabaseRef(new TenantName("acme"), "a_b-c");
        assertThat(DatabaseRef.ofStoreName(database.storeName())).contains(database);
        assertThat(DatabaseRef.ofStoreName("system")).isEmpty();
        assertThat(DatabaseRef.ofStoreName("t.acme")).isEmpty();
        assertThat(DatabaseRef.ofStoreName("t.acme.")).isEmpty();
        assertThat(DatabaseRef.ofStoreName("t..a")).isEmpty();
        assertThat(DatabaseRef.ofStoreName("t.acme.a.b")).isEmpty();
    }

    @Test
    void databasesOfTwoTenantsDifferHoweverTheyAreNamed() {
        DatabaseRef one = new DatabaseRef(new TenantName("a-b"), "c");
        DatabaseRef other = new DatabaseRef(new TenantName("a"), "b-c");
        assertThat(one.storeName()).isNotEqualTo(other.storeName());
    }
}
