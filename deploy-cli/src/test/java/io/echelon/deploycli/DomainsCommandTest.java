package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

final class DomainsCommandTest extends CommandTest {
    private static final String DOMAINS = "/api/v1/tenants/default/apps/shop/domains";
    private static final String DOMAIN = DOMAINS + "/www.example.com";
    private static final String PENDING =
            "{\"host\":\"www.example.com\",\"state\":\"PENDING\",\"http\":\"SERVE\",\"hstsSeconds\":0,\"record\":{\"type\":\"TXT\",\"name\":\"_echelon-challenge.www.example.com\",\"value\":\"abc\"}}";
    private static final String VERIFIED =
            "{\"host\":\"www.example.com\",\"state\":\"VERIFIED\",\"http\":\"REDIRECT\",\"hstsSeconds\":60,\"certificate\":{\"source\":\"UPLOADED\",\"notAfter\":\"2027-01-01T00:00:00Z\"}}";

    private String sent() {
        return server.received().getLast().text();
    }

    @Test
    void addingAHostPrintsTheRecordThatItNeeds() {
        server.answer("POST " + DOMAINS, 201, PENDING);

        Ending ending = shell.run("domains", "add", "shop", "WWW.Example.com.");

        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(ending.out()).endsWith("_echelon-challenge.www.example.com  TXT  abc\n");
        assertThat(sent()).isEqualTo("{\"host\":\"www.example.com\"}");
        assertThat(shell.run("domains", "add", "shop", "*.example.com").exitCode()).isEqualTo(2);
    }

    @Test
    void verifyingSaysWhereTheHostLeads() {
        server.answer("POST " + DOMAIN + "/verify", 200, VERIFIED);

        assertThat(shell.run("domains", "verify", "shop", "www.example.com").out())
                .isEqualTo("www.example.com leads to shop\n");
    }

    @Test
    void theListShowsWhatIsMissing() {
        server.answer("GET " + DOMAINS, 200, "{\"domains\":[%s,%s]}".formatted(PENDING, VERIFIED));

        assertThat(shell.run("domains", "list", "shop").out())
                .contains("_echelon-challenge.www.example.com  TXT  abc")
                .contains("REDIRECT  60    UPLOADED     2027-01-01T00:00:00Z  -");
    }

    @Test
    void settingsAreSentOneByOne() {
        server.answer("PATCH " + DOMAIN, 200, VERIFIED);

        Ending ending =
                shell.run("domains", "set", "shop", "www.example.com", "--http", "redirect");

        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(sent()).isEqualTo("{\"http\":\"REDIRECT\"}");
        assertThat(shell.run("domains", "set", "shop", "www.example.com").exitCode()).isEqualTo(2);
        assertThat(shell.run("domains", "set", "shop", "www.example.com", "--hsts", "60").out())
                .isEqualTo("www.example.com: http REDIRECT, hsts 60 s\n");
        assertThat(sent()).isEqualTo("{\"hstsSeconds\":60}");
    }

    @Test
    void aCertificateIsReadFromItsFiles() throws IOException {
        server.answer("PUT " + DOMAIN + "/certificate", 200, VERIFIED);
        Files.writeString(folder.resolve("chain.pem"), "CHAIN");
        Files.writeString(folder.resolve("key.pem"), "KEY");

        Ending ending =
                shell.run(
                        "domains",
                        "certificate",
                        "shop",
                        "www.example.com",
                        "--cert",
                        "chain.pem",
                        "--key",
                        "key.pem");

        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(ending.out()).contains("expires on 2027-01-01");
        assertThat(sent()).contains("\"certificate\":\"CHAIN\"").contains("\"key\":\"KEY\"");
        assertThat(
                        shell.run(
                                        "domains",
                                        "certificate",
                                        "shop",
                                        "www.example.com",
                                        "--cert",
                                        "none.pem",
                                        "--key",
                                        "key.pem")
                                .err())
                .contains("none.pem does not exist");
    }

    private static String ordered(String state, String more) {
        return VERIFIED.substring(0, VERIFIED.length() - 1)
                + ",\"renewal\":{\"state\":\"%s\",\"due\":\"2026-12-01T10:00:00Z\"%s}}"
                        .formatted(state, more);
    }

    private Ending order(String then) {
        server.answer("POST " + DOMAIN + "/certificate/order", 202, ordered("ASKING", ""));
        server.answer("GET " + DOMAIN, 200, then);
        return shell.run("domains", "certificate", "shop", "www.example.com", "--acme");
    }

    @Test
    void aCertificateThatIsOrderedIsWaitedFor() {
        Ending ending = order(ordered("ISSUED", ""));

        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(ending.out()).contains("expires on 2027-01-01");
    }

    @Test
    void whyNoCertificateWasIssuedIsSaid() {
        Ending ending =
                order(ordered("FAILED", ",\"problem\":\"www.example.com has to lead here\""));

        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.err())
                .contains("www.example.com has to lead here (asked again at 2026-12-01T10:00:00Z)");
    }

    @Test
    void theListShowsHowFarOrdersAre() {
        server.answer(
                "GET " + DOMAINS,
                200,
                "{\"domains\":[%s,%s,%s,%s]}"
                        .formatted(
                                ordered("ORDERED", ""),
                                ordered("ASKING", ""),
                                ordered("ISSUED", ""),
                                ordered("FAILED", ",\"problem\":\"It leads nowhere\"")));

        assertThat(shell.run("domains", "list", "shop").out())
                .contains("ordered: asked for at 2026-12-01T10:00:00Z")
                .contains("ordered: the certificate authority is being asked")
                .contains("renewed at 2026-12-01T10:00:00Z")
                .contains("It leads nowhere (asked again at 2026-12-01T10:00:00Z)");
    }

    @Test
    void aCertificateIsUploadedOrOrderedAndNotBoth() {
        assertThat(
                        shell.run(
                                        "domains",
                                        "certificate",
                                        "shop",
                                        "www.example.com",
                                        "--acme",
                                        "--cert",
                                        "chain.pem",
                                        "--key",
                                        "key.pem")
                                .exitCode())
                .isEqualTo(2);
        assertThat(shell.run("domains", "certificate", "shop", "www.example.com").exitCode())
                .isEqualTo(2);
    }

    @Test
    void removingIsSaid() {
        server.answer("DELETE " + DOMAIN, 204, "");

        assertThat(shell.run("domains", "remove", "shop", "www.example.com", "--json").out())
                .isEqualTo("{\"removed\":\"www.example.com\"}\n");
    }
}
