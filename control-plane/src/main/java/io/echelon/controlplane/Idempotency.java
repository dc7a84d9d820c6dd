package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers a POST that comes again with the same {@code Idempotency-Key} as the first was answered,
 * for a day, without doing it again.
 *
 * <p>The key's row is written before the request is done and completed with its answer after that;
 * a row without an answer belongs to a request under way, or to one that a crash interrupted, and
 * goes after two minutes. A request that was refused or failed leaves none. Answers that have
 * secrets are not kept: their second time is a conflict.
 */
@Singleton
final class Idempotency {
    static final String HEADER = "idempotency-key";
    static final String REPLAYED = "idempotency-replayed";

    private static final String ROW = "idempotency-row";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Duration KEPT = Duration.ofHours(24);
    private static final Duration UNDER_WAY = Duration.ofMinutes(2);
    private static final int ANSWER_MAX_BYTES = 60_000;

    /** How far a request has come. */
    enum State {
        UNDER_WAY,
        DONE,
        /** Its answer was told once and is not kept. */
        TOLD
    }

    /**
     * A request that had a key.
     *
     * @param fingerprint of its method, path, query and body
     * @param status of its answer
     * @param answer JSON; null is none
     */
    record Keyed(String fingerprint, State state, int status, @Nullable String answer) {}

    private record Begun(List<Object> key, Keyed row) {}

    private final SystemDatabase database;

    Idempotency(SystemDatabase database) {
        this.database = database;
    }

    /** The answer of a request that was done before; null when this one is to be done. */
    @Nullable Response begin(
            ContainerRequestContext request, RoutingContext context, Caller caller) {
        String key = request.getHeaderString(HEADER);
        if (key == null || !context.request().method().equals(HttpMethod.POST)) {
            return null;
        }
        if (!KEY.matcher(key).matches()) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The header Idempotency-Key must be 1 to 128 visible ASCII characters");
        }
        Keyed begun = new Keyed(fingerprint(request, context), State.UNDER_WAY, 0, null);
        List<Object> row = row(caller, key);
        KvKey asKey = KvKey.of(row);
        if (database.commit(
                AtomicWrite.builder()
                        .checkAbsent(asKey)
                        .set(asKey, SystemDatabase.value(begun), Expiry.in(UNDER_WAY)))) {
            context.put(ROW, new Begun(row, begun));
            return null;
        }
        Optional<Keyed> before = database.get(row, Keyed.class).map(Row::value);
        return before.isEmpty() ? begin(request, context, caller) : again(before.get(), begun);
    }

    /** Keeps the answer of a request that was done. */
    void end(ContainerResponseContext response, RoutingContext context) {
        Begun begun = context.get(ROW);
        if (begun == null) {
            return;
        }
        KvKey key = KvKey.of(begun.key());
        Keyed row = begun.row();
        Keyed done =
                switch (response.getEntity()) {
                    case null ->
                            new Keyed(row.fingerprint(), State.DONE, response.getStatus(), null);
                    case IdentityViews.NewToken _,
                            IdentityViews.NewMember _,
                            IdentityViews.SignedToken _,
                            DatabaseViews.NewToken _ ->
                            new Keyed(row.fingerprint(), State.TOLD, response.getStatus(), null);
                    case Object entity -> answered(row, response.getStatus(), entity);
                };
        AtomicWrite.Builder write = AtomicWrite.builder();
        var _ =
                database.commit(
                        response.getStatus() < 400
                                ? write.set(key, SystemDatabase.value(done), Expiry.in(KEPT))
                                : write.delete(key));
    }

    private static Keyed answered(Keyed row, int status, Object entity) {
        byte[] json = Json.bytes(entity);
        return json.length > ANSWER_MAX_BYTES
                ? new Keyed(row.fingerprint(), State.TOLD, status, null)
                : new Keyed(
                        row.fingerprint(),
                        State.DONE,
                        status,
                        new String(json, StandardCharsets.UTF_8));
    }

    private static Response again(Keyed before, Keyed now) {
        if (!before.fingerprint().equals(now.fingerprint())) {
            throw conflict(
                    "This Idempotency-Key was used for another request within the last day; take a new key for a new request");
        }
        return switch (before.state()) {
            case UNDER_WAY ->
                    throw conflict(
                            "The first request with this Idempotency-Key is under way, or was broken off less than two minutes ago; try again");
            case TOLD ->
                    throw conflict(
                            "The request with this Idempotency-Key was done, with status %d; its answer is told only once"
                                    .formatted(before.status()));
            case DONE ->
                    Response.status(before.status())
                            .header(REPLAYED, "true")
                            .type(MediaType.APPLICATION_JSON_TYPE)
                            .entity(before.answer())
                            .build();
        };
    }

    private static List<Object> row(Caller caller, String key) {
        TenantName tenant = caller.onlyTenant();
        return List.of("idempotency", tenant == null ? "" : tenant.value(), caller.actor(), key);
    }

    private static String fingerprint(ContainerRequestContext request, RoutingContext context) {
        try {
            InputStream stream = request.getEntityStream();
            byte[] body =
                    stream == null
                            ? new byte[0]
                            : stream.readNBytes((int) RequestGate.JSON_MAX_BYTES + 1);
            if (body.length > RequestGate.JSON_MAX_BYTES) {
                throw new EchelonException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "The body is more than %,d bytes, which is the most that a request with an Idempotency-Key may have; send it without"
                                .formatted(RequestGate.JSON_MAX_BYTES));
            }
            request.setEntityStream(new ByteArrayInputStream(body));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(context.request().uri().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "The body ended early; send it again", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EchelonException conflict(String message) {
        return new EchelonException(ErrorCode.CONFLICT, message);
    }
}
