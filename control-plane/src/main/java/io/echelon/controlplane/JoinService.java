package io.echelon.controlplane;

import io.echelon.controlplane.SignInTrail.Door;
import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AuditRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.JoinAnswer;
import io.echelon.tenants.JoinRequest;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeMemberRecord;
import io.echelon.tenants.NodeOrder;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeTokenRecord;
import io.echelon.tenants.Releases;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Lets nodes of other machines in that show a token of the operator's. */
@Singleton
final class JoinService {
    /** The most by which the clocks of machines of one platform may differ. */
    static final Duration SKEW_MAX = Duration.ofMinutes(5);

    private static final Pattern ADDRESS =
            Pattern.compile(
                    "https://([0-9A-Za-z_]([0-9A-Za-z._-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}]):[1-9][0-9]{0,4}");
    private static final String UNKNOWN =
            "This token is not one of this platform, or was revoked; `edge node token` makes another";

    private final SystemDatabase database;
    private final NodeTokenService tokens;
    private final NodeAuthority authority;
    private final AuditTrail audit;
    private final SignInTrail trail;
    private final InstantSource clock;
    private final String version;
    private final WrongTokens wrong = new WrongTokens(System::nanoTime);

    JoinService(
            SystemDatabase database,
            NodeTokenService tokens,
            NodeAuthority authority,
            AuditTrail audit,
            SignInTrail trail,
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.database = database;
        this.tokens = tokens;
        this.authority = authority;
        this.audit = audit;
        this.trail = trail;
        this.clock = clock;
        this.version = version;
    }

    /** Has a node be a part of the platform, and gives it a certificate. */
    JoinAnswer join(RoutingContext context, Supplier<JoinRequest> read) {
        String source = WrongTokens.source(context.request().remoteAddress());
        if (wrong.isTooMany(source)) {
            trail.refused(Door.CLUSTER, Refused.TOO_OFTEN, null, context);
            throw new TooManyException(
                    "Too many wrong tokens came from your address; wait a second",
                    Duration.ofSeconds(1));
        }
        try {
            JoinRequest request = read.get();
            String from = context.request().remoteAddress().hostAddress();
            return Conflicts.retry(
                    "The node",
                    () ->
                            tryJoin(
                                    request,
                                    from == null ? "local" : from,
                                    RequestGate.requestId(context)));
        } catch (EchelonException e) {
            if (e.code() == ErrorCode.UNAUTHENTICATED || e.code() == ErrorCode.INVALID_ARGUMENT) {
                wrong.count(source);
            }
            if (e.code() == ErrorCode.UNAUTHENTICATED) {
                trail.refused(Door.CLUSTER, Refused.WRONG_TOKEN, null, context);
            }
            throw e;
        }
    }

    private Optional<JoinAnswer> tryJoin(JoinRequest request, String from, String requestId) {
        Row<NodeTokenRecord> token = token(request);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        requireClock(request, now);
        if (!Releases.areNeighbours(version, request.version())) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "The node is of release %s and the platform of %s; they may be one minor release apart, so bring the older one up to date"
                            .formatted(request.version(), version));
        }
        List<NodeMemberRecord> members =
                database.all(SystemRows.nodeMembers(), NodeMemberRecord.class).stream()
                        .map(Row::value)
                        .toList();
        URI address = address(request.address(), members);
        String node = name(request, members);
        NodeAuthority.Issued issued = authority.ofNode(node, request.csr());
        NodeMemberRecord member =
                new NodeMemberRecord(node, address, issued.keySha256(), now, token.value().id());
        KvKey tokenKey = KvKey.of(SystemRows.nodeToken(token.value().id()));
        KvKey memberKey = KvKey.of(SystemRows.nodeMember(node));
        AtomicWrite.Builder write =
                AtomicWrite.builder()
                        .check(tokenKey, token.stamp())
                        .checkAbsent(memberKey)
                        .set(memberKey, SystemDatabase.value(member));
        if (!database.commit(NodeTokenService.write(write, token.value().used()))) {
            return Optional.empty();
        }
        audit.write(
                TenantName.DEFAULT,
                new AuditRecord(
                        now,
                        "node token " + token.value().id(),
                        from,
                        "nodes.join",
                        JoinResource.PATH,
                        requestId,
                        AuditRecord.State.DONE,
                        null,
                        Json.mapper()
                                .valueToTree(
                                        Map.of(
                                                "node",
                                                node,
                                                "address",
                                                request.address(),
                                                "keySha256",
                                                issued.keySha256()))));
        return Optional.of(
                new JoinAnswer(
                        node,
                        issued.certificate(),
                        issued.authority(),
                        database.clusterAddresses()));
    }

    /** The token of a request; whether it expired or was used is told who has it alone. */
    private Row<NodeTokenRecord> token(JoinRequest request) {
        Row<NodeTokenRecord> row =
                tokens.find(request.token())
                        .filter(found -> request.isBy(found.value().sha256()))
                        .orElseThrow(() -> refuse(UNKNOWN));
        NodeTokenRecord token = row.value();
        if (!clock.instant().isBefore(token.expiresAt())) {
            throw refuse(
                    "This token expired at %s; `edge node token` makes another"
                            .formatted(token.expiresAt()));
        }
        if (token.uses() < 1) {
            throw refuse("This token was used already; `edge node token` makes another");
        }
        return row;
    }

    private static void requireClock(JoinRequest request, Instant now) {
        Duration ahead = Duration.between(now, Instant.ofEpochMilli(request.timeMillis()));
        if (ahead.abs().compareTo(SKEW_MAX) > 0) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "The node's clock is %,d s %s the platform's; at most %d are allowed, so set it right, as by NTP"
                            .formatted(
                                    ahead.abs().toSeconds(),
                                    ahead.isNegative() ? "behind" : "ahead of",
                                    SKEW_MAX.toSeconds()));
        }
    }

    private URI address(String text, List<NodeMemberRecord> members) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The address of a node must be like https://10.0.0.5:7443, as the other machines reach it");
        }
        URI address = URI.create(text);
        Optional<String> other =
                Stream.concat(
                                members.stream()
                                        .filter(member -> member.address().equals(address))
                                        .map(NodeMemberRecord::node),
                                database.nodes().stream()
                                        .filter(node -> address.equals(node.cluster()))
                                        .map(NodeRecord::id))
                        .findFirst();
        if (other.isPresent()) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "The address %s is that of the node %s; choose another port, or remove that node with `edge node remove %2$s`"
                            .formatted(address, other.get()));
        }
        return address;
    }

    private String name(JoinRequest request, List<NodeMemberRecord> members) {
        Set<String> taken =
                Stream.of(
                                members.stream().map(NodeMemberRecord::node),
                                database.nodes().stream().map(NodeRecord::id),
                                database.awayNodes().stream(),
                                database.all(SystemRows.nodeOrders(), NodeOrder.class).stream()
                                        .map(Row::value)
                                        .filter(order -> order.wanted() == NodeOrder.Wanted.REMOVED)
                                        .map(NodeOrder::node))
                        .flatMap(names -> names)
                        .collect(Collectors.toSet());
        String wanted = request.node();
        if (wanted == null) {
            return IntStream.iterate(1, number -> number + 1)
                    .mapToObj(number -> "joined-" + number)
                    .filter(name -> !taken.contains(name))
                    .findFirst()
                    .orElseThrow();
        }
        if (!NodeOrder.isNode(wanted) || wanted.matches("node-[0-9]+")) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" cannot be a joined node's name; use a-z, 0-9 and hyphens, at most 63, and not node-N, which nodes of `edge up` are called"
                            .formatted(wanted));
        }
        if (taken.contains(wanted)) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "There is, or was, a node \"%s\"; choose another name with --name"
                            .formatted(wanted));
        }
        return wanted;
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.UNAUTHENTICATED, message);
    }
}
