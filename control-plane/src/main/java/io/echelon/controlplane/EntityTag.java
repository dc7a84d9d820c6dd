package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * What something that two can edit was when it was read: the header ETag of an answer, which the
 * header If-Match of a change repeats.
 *
 * @param value visible ASCII characters without quotation marks
 */
record EntityTag(String value) {
    private static final int HASH_BYTES = 10;

    /** That of what stands in one row. */
    static EntityTag of(Optional<? extends Row<?>> row) {
        return new EntityTag(row.map(found -> found.stamp().hex()).orElse("none"));
    }

    static EntityTag of(Row<?> row) {
        return of(Optional.of(row));
    }

    /** That of what stands in several rows. */
    static EntityTag of(Collection<? extends Row<?>> rows) {
        MessageDigest digest = Secrets.sha256();
        rows.forEach(row -> digest.update(row.stamp().hex().getBytes(StandardCharsets.US_ASCII)));
        return new EntityTag(HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES));
    }

    /** An answer with this tag. */
    <T> RestResponse<T> on(T view) {
        return RestResponse.ResponseBuilder.ok(view)
                .header(HttpHeaders.ETAG, "\"" + value + "\"")
                .build();
    }
}
