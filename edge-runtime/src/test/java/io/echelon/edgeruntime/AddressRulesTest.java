package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRulesTest {
    private final AddressRules rules = new AddressRules(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "168.63.129.16",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.1.2.3",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::a00:1",
                "::ffff:0:127.0.0.1",
                "2002:7f00:1::",
                "2002:a00:1::1",
                "2002:c0a8:101::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:db8::1",
                "2600::5efe:10.0.0.1",
                "fc00::1",
                "fd12:3456:789a::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "100::1",
                "4000::1"
            })
    void refusesWhatIsNotPublic(String address) {
        assertThat(rules.refusal(InetAddress.ofLiteral(address))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "198.17.255.255",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450:4001::1",
                "::ffff:8.8.8.8",
                "64:ff9b::808:808",
                "2002:808:808::1"
            })
    void permitsThePublicInternet(String address) {
        assertThat(rules.refusal(InetAddress.ofLiteral(address))).isNull();
    }

    @Test
    void permitsWhatTheOperatorOpenedAndNothingBesideIt() {
        AddressRules opened = new AddressRules(Cidr.parseList("10.1.0.0/16, fd00::/8,127.0.0.1"));
        assertThat(opened.refusal(InetAddress.ofLiteral("10.1.2.3"))).isNull();
        assertThat(opened.refusal(InetAddress.ofLiteral("10.2.0.1"))).isNotNull();
        assertThat(opened.refusal(InetAddress.ofLiteral("fd12::1"))).isNull();
        assertThat(opened.refusal(InetAddress.ofLiteral("127.0.0.1"))).isNull();
        assertThat(opened.refusal(InetAddress.ofLiteral("127.0.0.2"))).isNotNull();
        assertThat(opened.refusal(InetAddress.ofLiteral("2002:a01:203::1"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "10.0.0.0.0/8", "host/8", "10.0.0.0/-1", "10.0.0.0/x", "/8"})
    void refusesRangesThatAreNone(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining(text);
    }

    @Test
    void matchesPermittedHostsByNamePortAndWildcard() {
        PermittedHosts hosts =
                new PermittedHosts(List.of("api.example.com", "other.test:8443", "*.wild.test"));
        assertThat(hosts.permits("api.example.com", 443)).isTrue();
        assertThat(hosts.permits("api.example.com", 80)).isTrue();
        assertThat(hosts.permits("evil-api.example.com", 443)).isFalse();
        assertThat(hosts.permits("example.com", 443)).isFalse();
        assertThat(hosts.permits("other.test", 8443)).isTrue();
        assertThat(hosts.permits("other.test", 443)).isFalse();
        assertThat(hosts.permits("a.wild.test", 443)).isTrue();
        assertThat(hosts.permits("a.b.wild.test", 443)).isTrue();
        assertThat(hosts.permits("wild.test", 443)).isFalse();
        assertThat(hosts.permits("notwild.test", 443)).isFalse();
        assertThat(new PermittedHosts(List.of()).permits("api.example.com", 443)).isFalse();
        assertThat(new PermittedHosts(null).permits("api.example.com", 443)).isTrue();
    }
}
