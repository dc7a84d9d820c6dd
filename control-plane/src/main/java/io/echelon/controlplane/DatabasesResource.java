package io.echelon.controlplane;

import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.ListOptions;
import io.echelon.kvstore.Order;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** A tenant's databases and their entries. */
@Path("/api/v1/tenants/{tenant}/databases")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class DatabasesResource {
    private final KvService kv;
    private final KvTransfer transfer;
    private final Change change;

    DatabasesResource(KvService kv, KvTransfer transfer, Change change) {
        this.change = change;
        this.kv = kv;
        this.transfer = transfer;
    }

    @GET
    @Needs(Right.KV_READ)
    public DatabaseViews.Databases databases(
            @RestPath String tenant,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        Part<DatabaseViews.Database> part =
                Part.of(
                        kv.databases(new TenantName(tenant)),
                        DatabaseViews.Database::name,
                        limit,
                        cursor);
        return new DatabaseViews.Databases(part.items(), part.cursor());
    }

    @DELETE
    @Path("/{database}")
    @Needs(Right.KV_DELETE)
    public void delete(@RestPath String tenant, @RestPath String database) {
        kv.deleteAll(ref(tenant, database));
    }

    @GET
    @Path("/{database}/entry")
    @Needs(Right.KV_READ)
    public RestResponse<DatabaseViews.Entry> get(
            @RestPath String tenant, @RestPath String database, @RestQuery @Nullable String key) {
        KvKey wanted = key(key);
        return kv.get(ref(tenant, database), wanted)
                .map(entry -> new EntityTag(entry.versionstamp()).on(entry))
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.NOT_FOUND,
                                        "Database \"%s\" has no entry %s"
                                                .formatted(
                                                        database,
                                                        TypedJson.abbreviated(
                                                                KvKeyJson.write(wanted)
                                                                        .toString()))));
    }

    @PUT
    @Path("/{database}/entry")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.KV_WRITE)
    public DatabaseViews.Written set(
            @RestPath String tenant,
            @RestPath String database,
            @RestQuery @Nullable String key,
            @RestQuery @Nullable String expireIn,
            @RestQuery @Nullable String ifVersionstamp,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
                    InputStream body) {
        DatabaseViews.Written written =
                kv.set(
                        ref(tenant, database),
                        key(key),
                        JsonBody.value(body),
                        expireIn == null
                                ? Expiry.NEVER
                                : Expiry.in(
                                        Duration.ofMillis(
                                                Query.integer(
                                                        "expireIn",
                                                        expireIn,
                                                        1,
                                                        Integer.MAX_VALUE,
                                                        1))),
                        Expected.of(ifVersionstamp, ifMatch));
        change.to(Map.of("key", written.key()));
        return written;
    }

    @DELETE
    @Path("/{database}/entry")
    @Needs(Right.KV_WRITE)
    public DatabaseViews.Written deleteEntry(
            @RestPath String tenant,
            @RestPath String database,
            @RestQuery @Nullable String key,
            @RestQuery @Nullable String ifVersionstamp,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        DatabaseViews.Written deleted =
                kv.delete(ref(tenant, database), key(key), Expected.of(ifVersionstamp, ifMatch));
        change.from(Map.of("key", deleted.key()));
        return deleted;
    }

    @GET
    @Path("/{database}/entries")
    @Needs(Right.KV_READ)
    public DatabaseViews.Entries list(
            @RestPath String tenant,
            @RestPath String database,
            @RestQuery @Nullable String prefix,
            @RestQuery @Nullable String start,
            @RestQuery @Nullable String end,
            @RestQuery @Nullable String reverse,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        ListOptions options =
                new ListOptions(
                        Query.integer(
                                "limit",
                                limit,
                                1,
                                KvLimits.READ_ENTRIES_MAX,
                                KvLimits.LIST_BATCH_DEFAULT),
                        Query.flag("reverse", reverse) ? Order.REVERSE : Order.FORWARD,
                        Consistency.STRONG,
                        cursor);
        return kv.list(ref(tenant, database), selector(prefix, start, end), options);
    }

    @GET
    @Path("/{database}/children")
    @Needs(Right.KV_READ)
    public DatabaseViews.Children children(
            @RestPath String tenant,
            @RestPath String database,
            @RestQuery @Nullable String prefix,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        return kv.children(
                ref(tenant, database),
                prefix == null ? KvKey.of() : KvKeyJson.parse("prefix", prefix),
                Query.integer(
                        "limit", limit, 1, KvLimits.READ_ENTRIES_MAX, KvLimits.LIST_BATCH_DEFAULT),
                cursor);
    }

    @GET
    @Path("/{database}/export")
    @Produces(KvTransfer.NDJSON)
    @Needs(Right.KV_READ)
    public StreamingOutput export(@RestPath String tenant, @RestPath String database) {
        DatabaseRef ref = ref(tenant, database);
        return out -> transfer.export(ref, out);
    }

    @POST
    @Path("/{database}/import")
    @Consumes(KvTransfer.NDJSON)
    @Needs(Right.KV_WRITE)
    public DatabaseViews.Imported importEntries(
            @RestPath String tenant,
            @RestPath String database,
            @RequestBody(
                            required = true,
                            content = @Content(schema = @Schema(type = SchemaType.STRING)))
                    InputStream body) {
        DatabaseViews.Imported done = transfer.importEntries(ref(tenant, database), body);
        change.to(Map.of("imported", done.imported()));
        return done;
    }

    private static KvSelector selector(
            @Nullable String prefix, @Nullable String start, @Nullable String end) {
        if (prefix == null && start != null && end != null) {
            return new KvSelector.Range(
                    KvKeyJson.parse("start", start), KvKeyJson.parse("end", end));
        }
        KvKey below = prefix == null ? KvKey.of() : KvKeyJson.parse("prefix", prefix);
        if (start != null && end != null) {
            throw TypedJson.refuse("prefix, start and end are given; give at most two of them");
        }
        if (start != null) {
            return new KvSelector.PrefixFrom(below, KvKeyJson.parse("start", start));
        }
        return end == null
                ? KvSelector.prefix(below)
                : new KvSelector.PrefixUntil(below, KvKeyJson.parse("end", end));
    }

    private static KvKey key(@Nullable String text) {
        if (text == null) {
            throw TypedJson.refuse("The query parameter key is missing; send a JSON array");
        }
        return KvKeyJson.parse("key", text);
    }

    private static DatabaseRef ref(String tenant, String database) {
        return new DatabaseRef(new TenantName(tenant), database);
    }
}
