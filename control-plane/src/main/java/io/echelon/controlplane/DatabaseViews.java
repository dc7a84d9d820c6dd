package io.echelon.controlplane;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.KvEntry;
import io.echelon.tenants.DatabaseTokenRecord;
import io.echelon.tenants.DatabaseTokenRecord.Access;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the routes of databases take and answer. */
public final class DatabaseViews {
    private DatabaseViews() {}

    /** What a new token is to be for: {@code read} or {@code write}. */
    public record TokenRequest(String access) {}

    /**
     * A token just made.
     *
     * @param url for {@code Deno.openKv}
     * @param token for {@code DENO_KV_ACCESS_TOKEN}; it is never told again
     */
    public record NewToken(String url, String token, String id, String access) {
        @Override
        public String toString() {
            return "NewToken[" + id + "]";
        }
    }

    /** A token without its secret. */
    public record Token(String id, String access, Instant createdAt) {
        static Token of(DatabaseTokenRecord record) {
            return new Token(record.id(), name(record.access()), record.createdAt());
        }
    }

    /**
     * A page of a database's tokens, by id.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Tokens(List<Token> tokens, @Nullable String cursor) {}

    /**
     * A database.
     *
     * @param tokens how many open it
     * @param bytes keys and values of its entries and messages, as the store writes them
     * @param entries how many, expired ones that are not removed yet among them
     * @param messages of its queue
     */
    public record Database(
            String name, int tokens, boolean empty, long bytes, long entries, long messages) {}

    /**
     * A page of a tenant's databases, by name.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Databases(List<Database> databases, @Nullable String cursor) {}

    /**
     * An entry; keys and values are JSON with forms for what JSON lacks.
     *
     * @param expiresAt left out when the entry stays
     */
    public record Entry(
            JsonNode key,
            JsonNode value,
            String versionstamp,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant expiresAt) {
        static Entry of(KvEntry entry) {
            return new Entry(
                    KvKeyJson.write(entry.key()),
                    KvValueJson.write(entry.value()),
                    entry.versionstamp().toString(),
                    entry.expiresAt());
        }
    }

    /**
     * A page of entries.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Entries(List<Entry> entries, @Nullable String cursor) {}

    /**
     * What stands right below a prefix.
     *
     * @param part the key's part after the prefix
     * @param entry whether the key that ends here has an entry
     * @param more whether longer keys are below it
     */
    public record Child(JsonNode part, boolean entry, boolean more) {}

    /**
     * A page of what stands right below a prefix, in the order of keys.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Children(List<Child> children, @Nullable String cursor) {}

    /**
     * A watched key.
     *
     * @param entry what it holds; null when that is nothing
     */
    public record Seen(JsonNode key, @Nullable Entry entry) {}

    /** What watched keys hold, from one state, in the order in which they were named. */
    public record Watched(List<Seen> entries) {}

    /** An entry that was written or deleted. */
    public record Written(JsonNode key, String versionstamp) {}

    /**
     * What an import did.
     *
     * @param imported how many entries were written
     */
    public record Imported(int imported) {}

    static String name(Access access) {
        return switch (access) {
            case READ -> "read";
            case READ_WRITE -> "write";
        };
    }

    static Access parse(String text) {
        return switch (text) {
            case "read" -> Access.READ;
            case "write" -> Access.READ_WRITE;
            default ->
                    throw new EchelonException(
                            ErrorCode.INVALID_ARGUMENT,
                            "access is \"%s\"; it must be read or write"
                                    .formatted(
                                            text.length() > 20
                                                    ? text.substring(0, 20) + "…"
                                                    : text));
        };
    }
}
