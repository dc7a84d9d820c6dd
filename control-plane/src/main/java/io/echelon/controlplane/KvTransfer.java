package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Mutation;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole databases as lines of JSON: each has the key, the value's bytes as they are stored, and
 * when it expires if it does. The last line of an export says how many entries there were, and
 * whether they are one state of the database; without it the export is not whole.
 */
@Singleton
final class KvTransfer {
    static final String NDJSON = "application/x-ndjson";

    private final KvService kv;
    private final InstantSource clock;

    KvTransfer(KvService kv, InstantSource clock) {
        this.kv = kv;
        this.clock = clock;
    }

    void export(DatabaseRef ref, OutputStream out) throws IOException {
        try (KvSnapshot snapshot = kv.snapshot(ref)) {
            long count = 0;
            List<KvEntry> part = SystemDatabase.await(snapshot.next());
            while (!part.isEmpty()) {
                for (KvEntry entry : part) {
                    write(out, line(entry));
                }
                count += part.size();
                part = SystemDatabase.await(snapshot.next());
            }
            write(
                    out,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("exported", count)
                            .put("oneState", snapshot.unity() == KvSnapshot.Unity.ONE_STATE));
        }
    }

    private static void write(OutputStream out, ObjectNode line) throws IOException {
        out.write(Json.bytes(line));
        out.write('\n');
    }

    private static ObjectNode line(KvEntry entry) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.set("key", KvKeyJson.write(entry.key()));
        line.set(
                "value",
                switch (entry.value()) {
                    case KvValue.V8 v8 -> TypedJson.bytes("$v8", v8.data());
                    case KvValue.Bytes _, KvValue.U64 _ -> KvValueJson.write(entry.value());
                });
        Instant expiresAt = entry.expiresAt();
        if (expiresAt != null) {
            line.put("expiresAt", expiresAt.toString());
        }
        return line;
    }

    /** Reads all lines before it writes the first entry; what has expired is left out. */
    DatabaseViews.Imported importEntries(DatabaseRef ref, InputStream body) {
        List<Mutation> mutations = new ArrayList<>();
        Instant now = clock.instant();
        int number = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                number++;
                if (!text.isBlank()) {
                    read("Line " + number, text, now, mutations);
                }
            }
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "The body ended early; send it again", e);
        }
        kv.write(ref, mutations);
        return new DatabaseViews.Imported(mutations.size());
    }

    private static void read(String where, String text, Instant now, List<Mutation> mutations) {
        try {
            JsonNode line = TypedJson.parse(where, text);
            if (line.has("exported")) {
                return;
            }
            if (!line.has("key") || !line.has("value")) {
                throw TypedJson.refuse("it needs a key and a value");
            }
            KvKey key = KvKeyJson.read("key", line.get("key"));
            KvValue value = KvValueJson.read(line.get("value"));
            Expiry expiry = expiry(line.path("expiresAt"));
            if (!(expiry instanceof Expiry.At(Instant time)) || time.isAfter(now)) {
                mutations.add(new Mutation.Set(key, value, expiry));
            }
        } catch (EchelonException e) {
            throw new EchelonException(
                    e.code(), "%s was refused: %s".formatted(where, e.reason()), e);
        }
    }

    private static Expiry expiry(JsonNode at) {
        if (at.isMissingNode() || at.isNull()) {
            return Expiry.NEVER;
        }
        try {
            return Expiry.at(Instant.parse(at.asText()));
        } catch (DateTimeException e) {
            throw TypedJson.refuse("expiresAt must be a time such as 2026-01-31T12:00:00Z");
        }
    }
}
