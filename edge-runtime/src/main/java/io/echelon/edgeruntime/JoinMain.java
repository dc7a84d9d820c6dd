package io.echelon.edgeruntime;

import io.echelon.edgeruntime.JoinedFolder.Member;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.JoinAnswer;
import io.echelon.tenants.JoinRequest;
import io.echelon.tenants.JoinToken;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/**
 * Makes this machine's node a part of a platform on another machine, and gets what the node needs
 * to start; {@code edge node} starts it before each start of the node. Standard input is an {@link
 * Asked} as JSON, so that the token stands in no list of processes. It prints a {@link Ready} as
 * JSON, or an error as the API has them, and ends with 0 or 1.
 */
public final class JoinMain {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final String JOIN = "/api/v1/join";

    /**
     * What is asked for.
     *
     * @param folder where what the node gets is kept
     * @param token null when the node has joined before
     * @param control the control plane's address; null without a token
     * @param node what the node is to be called; null leaves that to the platform
     * @param address where the platform will reach this node; null without a token
     */
    record Asked(
            String folder,
            @Nullable String token,
            @Nullable URI control,
            @Nullable String node,
            @Nullable URI address) {
        @Override
        public String toString() {
            return "Asked[" + folder + "]";
        }
    }

    /** What the node is to be started with. */
    record Ready(
            String node, URI address, String baseDomain, List<URI> store, String masterKeyFile) {}

    private JoinMain() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int exitCode = 0;
        try {
            Asked asked = Json.read(System.in.readAllBytes(), Asked.class);
            out.writeBytes(Json.bytes(run(asked, System.currentTimeMillis())));
        } catch (EchelonException e) {
            out.writeBytes(error(e));
            exitCode = 1;
        } catch (IOException e) {
            out.writeBytes(
                    error(
                            new EchelonException(
                                    ErrorCode.INVALID_CONFIGURATION,
                                    "What the node got cannot be kept: " + e.getMessage(),
                                    e)));
            exitCode = 1;
        }
        out.println();
        System.exit(exitCode);
    }

    private static byte[] error(EchelonException failure) {
        return Json.bytes(
                Map.of(
                        "error",
                        Map.of("code", failure.code().name(), "message", failure.reason())));
    }

    static Ready run(Asked asked, long nowMillis) throws IOException {
        JoinedFolder folder = new JoinedFolder(Path.of(asked.folder()));
        Member member = folder.member();
        String token = asked.token();
        if (token != null) {
            if (member != null) {
                throw refuse(
                        "%s is already the folder of the node %s; start it without --join, or choose another --data"
                                .formatted(folder.path().getParent(), member.node()));
            }
            join(folder, parsed(token), asked, nowMillis);
            member = folder.member();
        }
        if (member == null) {
            throw refuse(
                    "%s has not joined a platform; give a token with --join or --join-file"
                            .formatted(folder.path().getParent()));
        }
        ClusterRoutes.Settings settings = settings(folder, member);
        folder.keep(settings);
        Member now = folder.member();
        return new Ready(
                member.node(),
                member.address(),
                settings.baseDomain(),
                now == null ? member.store() : now.store(),
                folder.masterKeys().toString());
    }

    private static JoinToken parsed(String token) {
        return JoinToken.parse(token.strip())
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.UNAUTHENTICATED,
                                        "That is no token of a node; `edge node token` makes one"));
    }

    private static void join(JoinedFolder folder, JoinToken token, Asked asked, long nowMillis)
            throws IOException {
        URI address = asked.address();
        URI control = asked.control();
        if (address == null || control == null) {
            throw refuse("A node that joins needs an address of its own and the control plane's");
        }
        KeyPair pair = LocalAuthority.newKeyPair();
        BearerToken bearer = token.bearer();
        JoinAnswer answer =
                ask(
                        control,
                        JoinRequest.by(
                                bearer,
                                asked.node(),
                                address,
                                csr(pair),
                                EdgeNode.VERSION,
                                nowMillis));
        check(answer, token, pair);
        folder.join(pair, address, answer);
    }

    private static String csr(KeyPair pair) {
        try {
            return LocalAuthority.pem(
                    new PemObject(
                            "CERTIFICATE REQUEST",
                            new JcaPKCS10CertificationRequestBuilder(
                                            new X500Principal("CN=Echelon node"), pair.getPublic())
                                    .build(
                                            new JcaContentSignerBuilder("SHA256withECDSA")
                                                    .build(pair.getPrivate()))
                                    .getEncoded()));
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("A certification request could not be made", e);
        }
    }

    private static JoinAnswer ask(URI control, JoinRequest request) {
        try (HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .build()) {
            HttpResponse<byte[]> answer =
                    http.send(
                            HttpRequest.newBuilder(control.resolve(JOIN))
                                    .timeout(ANSWER_TIMEOUT)
                                    .header("content-type", "application/json")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofByteArray(
                                                    Json.bytes(request)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == 200) {
                return Json.read(answer.body(), JoinAnswer.class);
            }
            throw refusal(control, answer);
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The control plane at %s cannot be reached: is that its address, as this machine sees it?"
                            .formatted(control),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EchelonException(ErrorCode.UNAVAILABLE, "Joining was broken off", e);
        } catch (IllegalArgumentException e) {
            throw notOne(control, e);
        }
    }

    private static EchelonException refusal(URI control, HttpResponse<byte[]> answer) {
        try {
            var error = Json.mapper().readTree(answer.body()).path("error");
            return new EchelonException(
                    ErrorCode.valueOf(error.path("code").asText()), error.path("message").asText());
        } catch (IOException | IllegalArgumentException e) {
            return notOne(control, e);
        }
    }

    private static EchelonException notOne(URI control, Exception cause) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "%s is no control plane of Echelon, or one of a release that lets no nodes join"
                        .formatted(control),
                cause);
    }

    /** Believes an answer only when the authority is that of the token, and vouches for the key. */
    private static void check(JoinAnswer answer, JoinToken token, KeyPair pair) {
        try {
            X509Certificate authority = ClusterTls.certificate(answer.authority());
            X509Certificate certificate = ClusterTls.certificate(answer.certificate());
            if (!ClusterTls.digest(authority).equals(token.authoritySha256())) {
                throw new GeneralSecurityException("The authority is not that of the token");
            }
            certificate.verify(authority.getPublicKey());
            certificate.checkValidity();
            if (!certificate.getPublicKey().equals(pair.getPublic())
                    || !ClusterTls.names(certificate).contains(ClusterTls.nameOf(answer.node()))) {
                throw new GeneralSecurityException("The certificate is not for this node");
            }
        } catch (GeneralSecurityException e) {
            throw new EchelonException(
                    ErrorCode.UNAUTHENTICATED,
                    "Who answered is not the platform of the token: %s. Somebody else may have the address, or the platform's authority is new since; have a new token made"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    private static ClusterRoutes.Settings settings(JoinedFolder folder, Member member) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (ClusterClient client =
                new ClusterClient(member.store(), folder.tls(), ClusterClient.PATIENCE_DEFAULT)) {
            while (true) {
                try {
                    return client.get(ClusterRoutes.SETTINGS, ClusterRoutes.Settings.class);
                } catch (EchelonException e) {
                    if (e.code() != ErrorCode.UNAVAILABLE || System.nanoTime() - end > 0) {
                        throw e;
                    }
                    LockSupport.parkNanos(AGAIN.toNanos());
                }
            }
        }
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_CONFIGURATION, message);
    }
}
