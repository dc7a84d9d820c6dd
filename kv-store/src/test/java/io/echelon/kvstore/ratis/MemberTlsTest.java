package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.EchelonException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What members with certificates tell whom. */
class MemberTlsTest {
    private static final UUID GROUP = UUID.fromString("00000000-0000-4000-8000-000000000007");

    @TempDir Path folder;

    private TestAuthority authority;
    private Member here;
    private Door door;

    @BeforeEach
    void open() throws Exception {
        authority = new TestAuthority();
        List<Member> members = Group3.freeMembers("a", "b");
        here = members.getFirst();
        RatisOptions options =
                RatisOptions.of(
                        RocksOptions.of(folder), GROUP, here, members, authority.member("a"));
        door =
                Door.open(
                        options,
                        Map.of(
                                GROUP,
                                new Entrance.Host(
                                        (_, payload) -> CompletableFuture.completedFuture(payload),
                                        member -> {})));
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void answersAMember() throws Exception {
        assertMemberIsAnswered();
    }

    private void assertMemberIsAnswered() throws Exception {
        try (Link link = link(GROUP, "b", "a", authority.member("b"))) {
            assertThat(result(link.call(Kind.QUESTION, new byte[] {7}))).containsExactly(7);
        }
    }

    @Test
    void tellsNothingToOneWithoutACertificate() {
        assertThatThrownBy(() -> link(GROUP, "b", "a", null)).isInstanceOf(IOException.class);
    }

    @Test
    void tellsNothingToOneWithACertificateOfAnotherAuthority() throws Exception {
        TestAuthority other = new TestAuthority();
        // It trusts the member, but the member does not trust it.
        TestAuthority.Identity forged =
                other.identity(
                        MemberTls.nameOf("b"),
                        KeyPurposeId.id_kp_serverAuth,
                        KeyPurposeId.id_kp_clientAuth);
        assertThatThrownBy(() -> link(GROUP, "b", "a", authority.tls(forged)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void tellsNothingToOneWhoseCertificateIsForServersOnly() throws Exception {
        TestAuthority.Identity server =
                authority.identity(MemberTls.nameOf("b"), KeyPurposeId.id_kp_serverAuth);
        assertThatThrownBy(() -> link(GROUP, "b", "a", authority.tls(server)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void tellsNothingToAMemberUnderAnothersName() throws Exception {
        assertThatThrownBy(() -> link(GROUP, "b", "a", authority.member("c")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void tellsNothingToAMemberOfAnotherGroup() {
        assertThatThrownBy(() -> link(UUID.randomUUID(), "b", "a", authority.member("b")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void asksNobodyWhoIsNotTheMemberThatItWants() {
        assertThatThrownBy(() -> link(GROUP, "b", "c", authority.member("b")))
                .hasMessageContaining("does not name c.store");
    }

    @Test
    void endsTheConnectionOfOneWhoSendsWhatIsNoFrame() throws Exception {
        Socket plain = new Socket();
        plain.connect(new InetSocketAddress(here.host(), here.port()));
        try (Socket socket = authority.member("b").toMember(plain, "a")) {
            new Hello(GROUP, "b", "a", Kind.Lane.CALLS)
                    .write(new DataOutputStream(socket.getOutputStream()));
            assertThat(socket.getInputStream().read()).isEqualTo(Hello.WELCOME);
            socket.getOutputStream().write(new byte[] {127, 0, 0, 0, 1, 2, 3});
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void stillAnswersMembersWhileStrangersHoldConnectionsOpen() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                strangers.add(new Socket(InetAddress.getByName(here.host()), here.port()));
            }
            assertMemberIsAnswered();
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void threeReplicasWithCertificatesCommitAndRead() throws Exception {
        try (Group3 group = new Group3(folder.resolve("group"), this::withCertificate)) {
            KvDatabase database = group.store(group.follower()).database("test");
            result(database.set(KvKey.of("key"), KvValue.u64(1)));
            assertThat(result(database.get(KvKey.of("key"))).orElseThrow().value())
                    .isEqualTo(KvValue.u64(1));
        }
    }

    private RatisOptions withCertificate(RatisOptions options) {
        try {
            Path files = folder.resolve("tls").resolve(options.self().id());
            authority.write(files, options.self().id());
            return options.withTls(
                    MemberTls.read(
                            files.resolve("certificate.pem"),
                            files.resolve("key.pem"),
                            files.resolve("authority.pem")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusesFilesThatDoNotFitTogether() throws Exception {
        authority.write(folder.resolve("one"), "one");
        Path certificate = folder.resolve("one/certificate.pem");
        Files.writeString(folder.resolve("one/key.pem"), "no key");
        assertThatThrownBy(
                        () ->
                                MemberTls.read(
                                        certificate, folder.resolve("one/key.pem"), certificate))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("key.pem");
    }

    @Test
    void refusesAnAddressThatOthersReachWithoutACertificate() {
        Member open = new Member("a", "192.0.2.1:7000");
        assertThatThrownBy(
                        () ->
                                RatisOptions.of(
                                        RocksOptions.of(folder),
                                        GROUP,
                                        open,
                                        List.of(open, new Member("b", "192.0.2.2:7000")),
                                        null))
                .hasMessageContaining("192.0.2.1:7000")
                .hasMessageContaining("give it a certificate");
    }

    private Link link(UUID group, String from, String to, @Nullable MemberTls tls)
            throws IOException {
        return Link.open(
                new InetSocketAddress(here.host(), here.port()),
                new Hello(group, from, to, Kind.Lane.CALLS),
                tls);
    }
}
