package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressTest {
    @Test
    void isTheSameWhateverItsCase() {
        assertThat(MailAddress.of(" Ada@Example.COM "))
                .isEqualTo(new MailAddress("ada@example.com"));
        assertThat(MailAddress.of("a.b+c_d@x-y.example.co")).hasToString("a.b+c_d@x-y.example.co");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "ada@",
                "@example.com",
                "ada@example",
                "ada@@example.com",
                "a b@example.com",
                "ada@example.com,eve@example.com",
                "ada@-example.com",
                "ada@example..com",
                "ada@example.com\n",
                "\u0430da@example.com",
                "ada@ex\u0430mple.com"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> new MailAddress(text)).isInstanceOf(EchelonException.class);
    }

    @Test
    void refusesOneThatIsTooLong() {
        String domain = "x".repeat(200) + ".example.com";
        assertThatThrownBy(() -> MailAddress.of("a".repeat(64) + "@" + domain))
                .isInstanceOf(EchelonException.class);
    }
}
