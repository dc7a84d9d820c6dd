package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WrongTokensTest {
    private final AtomicLong nanos = new AtomicLong();
    private final WrongTokens wrong = new WrongTokens(nanos::get);

    @Test
    void listensToASourceUntilItWasWrongTooOften() {
        for (int i = 0; i < WrongTokens.BURST; i++) {
            assertThat(wrong.isTooMany("a")).isFalse();
            wrong.count("a");
        }
        assertThat(wrong.isTooMany("a")).isTrue();
        assertThat(wrong.isTooMany("b")).isFalse();
    }

    @Test
    void listensAgainAsTimeGoesBy() {
        for (int i = 0; i < 10 * WrongTokens.BURST; i++) {
            wrong.count("a");
        }
        nanos.addAndGet(Duration.ofMillis(900).toNanos());
        assertThat(wrong.isTooMany("a")).isTrue();
        nanos.addAndGet(Duration.ofMillis(200).toNanos());
        assertThat(wrong.isTooMany("a")).isFalse();
        wrong.count("a");
        assertThat(wrong.isTooMany("a")).isTrue();
    }

    @Test
    void takesANetworkOfIpv6ForOneSource() {
        assertThat(source("2001:db8:1:2::1")).isEqualTo(source("2001:db8:1:2:ffff::9"));
        assertThat(source("2001:db8:1:2::1")).isNotEqualTo(source("2001:db8:1:3::1"));
        assertThat(source("192.0.2.1")).isNotEqualTo(source("192.0.2.2"));
    }

    private static String source(String address) {
        return WrongTokens.source(SocketAddress.inetSocketAddress(1, address));
    }
}
