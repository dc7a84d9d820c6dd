package io.echelon.edgeruntime;

import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.MasterKeys;
import io.echelon.tenants.NodeOrder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a node that has the authority's key gives other parts: to the control plane, certificates of
 * nodes that join and one of its own; to nodes that joined, what they need to run, and certificates
 * for their public hosts.
 */
final class ClusterRoutes {
    static final String SETTINGS = "/cluster/settings";
    static final String HOSTS = "/cluster/hosts";

    private static final String NODES = "/cluster/nodes";
    private static final String PLATFORM = "/cluster/platform";
    private static final int REQUEST_MAX_BYTES = 16 * 1024;
    private static final int NAMES_MAX = 4;
    private static final int RSA_BITS_MIN = 2_048;

    private final Parts parts;
    private final HostNames names;

    /**
     * What the answers come from.
     *
     * @param keys the platform's master keys
     */
    record Parts(
            LocalAuthority authority,
            SystemReader rows,
            String baseDomain,
            Supplier<MasterKeys> keys,
            Clock clock) {}

    /** Certificates for a node that joins. */
    record NodeRequest(String node, String csr) {}

    /**
     * A certificate for the control plane.
     *
     * @param publicKey an EC key in Base64, as X.509 has it
     */
    record PlatformRequest(String publicKey) {}

    /** A certificate for public hosts; the key as in {@link PlatformRequest}. */
    record HostsRequest(List<String> names, String publicKey) {}

    /**
     * A certificate.
     *
     * @param keySha256 of the public key that it is for
     */
    record Issued(String certificate, String authority, String keySha256) {}

    /**
     * What a node that joined needs to run.
     *
     * @param masterKeys secret
     * @param store addresses of the nodes that have the store
     * @param certificate a new one for the key of the one that was shown, when that one is old
     */
    record Settings(
            String node,
            String baseDomain,
            String masterKeys,
            List<URI> store,
            @Nullable String certificate) {
        @Override
        public String toString() {
            return "Settings[" + node + "]";
        }
    }

    private ClusterRoutes(Parts parts) {
        this.parts = parts;
        this.names = new HostNames(parts.baseDomain());
    }

    static void mount(Router router, Parts parts) {
        ClusterRoutes routes = new ClusterRoutes(parts);
        router.post(NODES).handler(routes::ofNode);
        router.post(PLATFORM).handler(routes::ofPlatform);
        router.post(HOSTS).handler(routes::ofHosts);
        router.get(SETTINGS).handler(routes::settings);
    }

    private void ofNode(RoutingContext context) {
        answer(
                context,
                NodeRequest.class,
                request -> {
                    requirePlatform(context);
                    if (!NodeOrder.isNode(request.node())) {
                        throw refuse("That is no node's name");
                    }
                    return issued(
                            parts.authority()
                                    .issueMember(
                                            List.of(ClusterTls.nameOf(request.node())),
                                            requested(request.csr()),
                                            MemberCertificate.VALID));
                });
    }

    private void ofPlatform(RoutingContext context) {
        answer(
                context,
                PlatformRequest.class,
                request -> {
                    requirePlatform(context);
                    return issued(
                            parts.authority()
                                    .issueMember(
                                            List.of(ClusterTls.PLATFORM),
                                            key(request.publicKey()),
                                            MemberCertificate.VALID));
                });
    }

    private void ofHosts(RoutingContext context) {
        answer(
                context,
                HostsRequest.class,
                request -> {
                    if (request.names().isEmpty() || request.names().size() > NAMES_MAX) {
                        throw refuse("A certificate has 1 to %d names".formatted(NAMES_MAX));
                    }
                    for (String name : request.names()) {
                        requireHost(name);
                    }
                    return issued(
                            parts.authority().issue(request.names(), key(request.publicKey())));
                });
    }

    private void settings(RoutingContext context) {
        ClusterPeers.Peer peer = ClusterPeers.of(context);
        String node = peer.node();
        X509Certificate shown = peer.certificate();
        if (node == null || shown == null) {
            InternalAnswers.refuse(
                    context.request(), ErrorCode.NOT_FOUND, "This is for nodes that joined");
            return;
        }
        InternalAnswers.onThread(
                context.request(),
                "cluster",
                () ->
                        InternalAnswers.json(
                                context.request(),
                                Json.bytes(
                                        new Settings(
                                                node,
                                                parts.baseDomain(),
                                                parts.keys().get().text(),
                                                parts.rows().clusterAddresses(),
                                                renewed(node, shown)))));
    }

    private @Nullable String renewed(String node, X509Certificate shown) {
        return MemberCertificate.isOld(shown, parts.clock())
                ? LocalAuthority.pem(
                        parts.authority()
                                .issueMember(
                                        List.of(ClusterTls.nameOf(node)),
                                        shown.getPublicKey(),
                                        MemberCertificate.VALID))
                : null;
    }

    /** Refuses a name that this platform does not serve. */
    private void requireHost(String name) {
        String host = name.startsWith("*.") ? name.substring(2) : name;
        boolean isKnown =
                !ClusterTls.isReserved(host)
                        && (host.equals(parts.baseDomain())
                                || names.isOurs(name)
                                || parts.rows().isVerified(name));
        if (!isKnown) {
            throw refuse("\"%s\" is no host of this platform".formatted(name));
        }
    }

    private static void requirePlatform(RoutingContext context) {
        if (ClusterPeers.of(context).node() != null) {
            throw new EchelonException(
                    ErrorCode.PERMISSION_DENIED, "Only the control plane may ask for this");
        }
    }

    private Issued issued(X509Certificate certificate) {
        return new Issued(
                LocalAuthority.pem(certificate),
                LocalAuthority.pem(parts.authority().certificate()),
                ClusterTls.digest(certificate.getPublicKey()));
    }

    /** The key of a request whose maker has the private one. */
    private static PublicKey requested(String csr) {
        try (PEMParser parser = new PEMParser(new StringReader(csr))) {
            if (!(parser.readObject()
                    instanceof org.bouncycastle.pkcs.PKCS10CertificationRequest parsed)) {
                throw refuse("csr must be a certification request, PKCS #10 in PEM");
            }
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(parsed);
            PublicKey key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw refuse("csr is not signed by the key that it is for");
            }
            return strong(key);
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "csr must be a certification request, PKCS #10 in PEM",
                    e);
        }
    }

    private static PublicKey strong(PublicKey key) {
        boolean isStrong =
                switch (key) {
                    case java.security.interfaces.ECPublicKey ec ->
                            ec.getParams().getCurve().getField().getFieldSize() >= 256;
                    case java.security.interfaces.RSAPublicKey rsa ->
                            rsa.getModulus().bitLength() >= RSA_BITS_MIN;
                    default -> false;
                };
        if (!isStrong) {
            throw refuse("The key must be EC of 256 bits, or RSA of 2048, at least");
        }
        return key;
    }

    private static PublicKey key(String encoded) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(encoded)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "publicKey must be an EC key in Base64", e);
        }
    }

    /** Something that is made of a request's body. */
    private interface Making<T> {
        Object of(T request);
    }

    private static <T> void answer(RoutingContext context, Class<T> type, Making<T> making) {
        HttpServerRequest request = context.request();
        PulledStream body = BodyStreams.of(request);
        InternalAnswers.onThread(
                request,
                "cluster",
                () -> {
                    T asked;
                    try {
                        asked = Json.read(body.readAtMost(REQUEST_MAX_BYTES), type);
                    } catch (IllegalArgumentException e) {
                        throw new EchelonException(
                                ErrorCode.INVALID_ARGUMENT, "The body is not what is asked for", e);
                    }
                    InternalAnswers.json(request, Json.bytes(making.of(asked)));
                });
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
