package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DomainNameTest {
    @ParameterizedTest
    @CsvSource({
        "www.example.com, www.example.com",
        "' WWW.Example.COM. ', www.example.com",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "пример.example, xn--e1afmkfd.example",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "a--b.example, a--b.example",
        "1.example, 1.example"
    })
    void aNameHasOneFormHoweverItIsWritten(String written, String value) {
        assertThat(DomainName.parse(written).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "localhost",
                "127.0.0.1",
                "10.1",
                "0x7f.0x1",
                "1.2.3.0x4",
                "[::1]",
                "::1",
                "*.example.com",
                "www..example.com",
                ".example.com",
                "-a.example.com",
                "a-.example.com",
                "a_b.example.com",
                "a b.example.com",
                "https://example.com",
                "example.com/path",
                "example.com:443",
                "user@example.com",
                "a\u0000b.example",
                "a\r\nx.example",
                "xn--.example",
                "xn--BCHER-KVAé.example"
            })
    void refusesWhatIsNoHostsName(String text) {
        assertThatThrownBy(() -> DomainName.parse(text))
                .isInstanceOf(EchelonException.class)
                .hasMessageStartingWith("Domain \"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pаypal.example", "gооgle.example", "xn--pypal-4ve.example"})
    void refusesLettersThatLookLikeOthersAmongThem(String text) {
        assertThatThrownBy(() -> DomainName.parse(text)).hasMessageContaining("several scripts");
    }

    @Test
    void refusesNamesThatDnsHasNoRoomFor() {
        assertThatThrownBy(() -> DomainName.parse("a".repeat(64) + ".example"))
                .isInstanceOf(EchelonException.class);
        String longest = "a.".repeat(111) + "ab.example."; // 233 characters
        assertThat(DomainName.parse(longest + "a").challenge()).hasSizeLessThanOrEqualTo(253);
        assertThatThrownBy(() -> DomainName.parse("a." + longest + "a"))
                .hasMessageContaining("at most 234");
        assertThatThrownBy(() -> DomainName.parse("a".repeat(1_000_000)))
                .hasMessageContaining("at most 234");
    }

    @Test
    void knowsWhereItsOwnerIsAskedForAndWhatItIsWithin() {
        DomainName name = new DomainName("www.example.com");
        assertThat(name.challenge()).isEqualTo("_echelon-challenge.www.example.com");
        assertThat(name.isWithin("example.com")).isTrue();
        assertThat(name.isWithin("www.example.com")).isTrue();
        assertThat(name.isWithin("ample.com")).isFalse();
        assertThatThrownBy(() -> new DomainName("WWW.example.com"))
                .isInstanceOf(EchelonException.class);
    }
}
