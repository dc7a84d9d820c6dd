package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.Stickiness;
import io.echelon.tenants.TrafficSplit;
import io.echelon.tenants.TrafficSplit.Share;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A host whose requests are divided, as callers see it. */
final class SplitRouteTest {
    private final PublicFixture node = new PublicFixture();

    @AfterEach
    void close() {
        node.close();
    }

    private static TrafficSplit split(Stickiness sticky, Share... shares) {
        return new TrafficSplit(List.of(shares), sticky);
    }

    @Test
    void ofEachHundredRequestsEachRevisionGetsItsPercent() throws Exception {
        node.divide(split(new Stickiness.None(), new Share(5, 10), new Share(7, 1)));
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            HttpResponse<String> response = node.get("/hello");
            assertThat(response.headers().map()).doesNotContainKey("set-cookie");
            counts.merge(revision(response), 1, Integer::sum);
            if (i == 49) { // the table is made anew with every deployment of any app
                node.divide(split(new Stickiness.None(), new Share(5, 10), new Share(7, 1)));
            }
        }
        assertThat(counts).isEqualTo(Map.of("v3", 89, "v5", 10, "v7", 1));
    }

    @Test
    void aCallerStaysWithItsRevisionByItsCookie() throws Exception {
        node.divide(split(new Stickiness.Cookie(), new Share(5, 50)));
        for (int i = 0; i < 10; i++) {
            HttpResponse<String> first = node.get("/hello");
            String cookie = first.headers().firstValue("set-cookie").orElseThrow();
            assertThat(cookie)
                    .matches(
                            "echelon-split=[0-9]{1,2}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax");
            String sent = "a=b; " + cookie.substring(0, cookie.indexOf(';')) + "; c=d";
            for (int again = 0; again < 3; again++) {
                HttpResponse<String> next =
                        node.send(node.request("/hello").header("cookie", sent).build());
                assertThat(revision(next)).isEqualTo(revision(first));
                assertThat(next.headers().map()).doesNotContainKey("set-cookie");
            }
        }
    }

    @Test
    void callersThatAShareHasStayWhenItGrows() throws Exception {
        for (int percent : List.of(1, 10, 50, 99)) {
            node.divide(split(new Stickiness.Cookie(), new Share(5, percent)));
            for (int point : List.of(0, 9, 49, 98, 99)) {
                HttpRequest request =
                        node.request("/hello").header("cookie", "echelon-split=" + point).build();
                assertThat(revision(node.send(request)))
                        .as("point %d of %d per cent", point, percent)
                        .isEqualTo(point < percent ? "v5" : "v3");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"v9", "100", "-1", "5 ", "", "٣", "1;echelon-split", "0x1", "99999999999"})
    void noCookieLeadsOutOfTheSplit(String value) throws Exception {
        node.divide(split(new Stickiness.Cookie(), new Share(5, 10)));
        HttpResponse<String> response =
                node.send(
                        node.request("/hello")
                                .header("cookie", "echelon-split=" + value.replace("٣", "\u00e9"))
                                .header("x-echelon-revision", "v9")
                                .build());
        assertThat(revision(response)).isIn("v3", "v5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echelon-split=7 | 7",
                "echelon-split=42 | 42",
                "a=1; echelon-split=0 | 0",
                "a=echelon-split=5 | -1",
                "xechelon-split=5 | -1",
                "echelon-splits=5 | -1",
                "echelon-split | -1",
                "echelon-split= | -1",
                "echelon-split=x; echelon-split=3 | 3",
                ";;; ;echelon-split=99; | 99",
                "echelon-split=123 | -1"
            })
    void readsTheCookieAmongOthers(String cookies, int point) {
        assertThat(SplitRoute.pointIn(cookies)).isEqualTo(point);
    }

    @Test
    void aCallerStaysWithItsRevisionByItsHeader() throws Exception {
        node.divide(split(new Stickiness.Header("x-user"), new Share(5, 50)));
        Map<String, Integer> counts = new TreeMap<>();
        for (int user = 0; user < 100; user++) {
            HttpRequest request = node.request("/hello").header("X-User", "user-" + user).build();
            String revision = revision(node.send(request));
            assertThat(revision(node.send(request))).isEqualTo(revision);
            counts.merge(revision, 1, Integer::sum);
        }
        assertThat(counts.get("v5")).isBetween(25, 75);
        assertThat(revision(node.get("/hello"))).as("without the header").isIn("v3", "v5");
    }

    private static String revision(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        String revision = response.headers().firstValue("x-echelon-revision").orElseThrow();
        assertThat(response.body()).endsWith(revision);
        return revision;
    }
}
