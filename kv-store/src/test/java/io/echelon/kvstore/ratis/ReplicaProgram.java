package io.echelon.kvstore.ratis;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.kvstore.shards.ShardedKvStore;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A program that is one replica: it reads a line for each call, {@code number operation arguments},
 * and prints one for each answer, {@code number result}. Arguments: folder, its name, and every
 * member as {@code name=host:port}. The property {@code tls} names the folder of its certificate,
 * {@code reserve} the bytes that it leaves free on the disk, {@code origin} what it begins with,
 * {@code silence} after how many milliseconds of a leader's silence another may be elected, {@code
 * shards} how many shards the store has. It ends with its input.
 */
final class ReplicaProgram {
    private static final UUID GROUP = UUID.fromString("00000000-0000-4000-8000-000000000003");

    /** One that can be moved from shard to shard. */
    private static final String DATABASE = "t.faults.history";

    private final HeldStore store;
    private final List<RatisKvStore> shards;
    private final KvDatabase database;
    private final PrintStream output = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    private ReplicaProgram(HeldStore store, List<RatisKvStore> shards) {
        this.store = store;
        this.shards = shards;
        this.database = store.database(DATABASE);
    }

    public static void main(String[] args) throws IOException {
        List<Member> members = Group3.members(List.of(args).subList(2, args.length));
        Member self = Group3.member(members, args[1]);
        RatisOptions options =
                RatisOptions.of(state(Path.of(args[0])), GROUP, self, members, tls())
                        .withSnapshotEveryBytes(512 * 1024)
                        .withOrigin(RatisOptions.Origin.valueOf(System.getProperty("origin")))
                        .withLeaderSilence(silence());
        int shards = Integer.getInteger("shards", 1);
        if (shards > 1) {
            try (ShardedKvStore store = ShardedKvStore.open(options, shards)) {
                new ReplicaProgram(store, store.replicas()).run();
            }
        } else {
            try (RatisKvStore store = RatisKvStore.open(options)) {
                new ReplicaProgram(store, List.of(store)).run();
            }
        }
    }

    private static Duration silence() {
        Integer millis = Integer.getInteger("silence");
        return millis == null ? RatisOptions.LEADER_SILENCE_DEFAULT : Duration.ofMillis(millis);
    }

    private static RocksOptions state(Path folder) {
        Long reserve = Long.getLong("reserve");
        RocksOptions options = RocksOptions.of(folder);
        return reserve == null ? options : options.withReserveBytes(reserve);
    }

    private static @Nullable MemberTls tls() {
        String folder = System.getProperty("tls");
        return folder == null
                ? null
                : MemberTls.read(
                        Path.of(folder, "certificate.pem"),
                        Path.of(folder, "key.pem"),
                        Path.of(folder, "authority.pem"));
    }

    private void run() throws IOException {
        print("ready");
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ", -1);
            Thread.ofVirtual().start(() -> print(words[0] + " " + answer(words)));
        }
    }

    private synchronized void print(String line) {
        output.println(line);
        output.flush();
    }

    private String answer(String[] words) {
        try {
            return switch (words[1]) {
                case "set" -> commit(AtomicWrite.builder().set(KvKey.of(words[2]), text(words[3])));
                case "get" -> get(words[2]);
                case "append" -> append(words[2], words[3]);
                case "deposit" -> deposit(words[2], List.of(words).subList(3, words.length));
                case "transfer" -> transfer(words[2], words[3], Long.parseLong(words[4]));
                case "accounts" -> accounts(List.of(words).subList(2, words.length));
                case "leader" -> String.valueOf(shards.getFirst().leader());
                case "move" -> move(Integer.parseInt(words[2]));
                case "place" -> place();
                case "snapshot" -> snapshot();
                case "replace" -> replace(words[2], words[3], words[4]);
                case "checksum" ->
                        shards.stream()
                                .map(shard -> Long.toString(shard.checksum()))
                                .collect(Collectors.joining(","));
                case "verify" -> verify();
                default -> "error";
            };
        } catch (EchelonException e) {
            return e.code() == ErrorCode.UNAVAILABLE ? "unknown" : "failed";
        } catch (CompletionException e) {
            return e.getCause() instanceof EchelonException refused
                            && refused.code() == ErrorCode.STORAGE_FULL
                    ? "full"
                    : "unknown";
        }
    }

    private String snapshot() {
        shards.forEach(RatisKvStore::snapshot);
        return "ok";
    }

    private String move(int shard) {
        store.move(DATABASE, shard).join();
        return "ok";
    }

    /** Where the database lies, and whether it stays there. */
    private String place() {
        return store.places().join().stream()
                .filter(place -> place.name().equals(DATABASE))
                .map(place -> "%d %s".formatted(place.shard(), place.movingTo()))
                .findFirst()
                .orElse("0 null");
    }

    /** Compares the sizes of databases with what is there. */
    private String verify() {
        store.digest(store.mark().join()).join();
        return "ok";
    }

    /** Puts a new member in the place of one that is lost; says in which shards. */
    private String replace(String lost, String name, String address) {
        StringBuilder done = new StringBuilder("ok");
        for (int i = 0; i < shards.size(); i++) {
            if (shards.get(i).leads()) {
                var _ = shards.get(i).replace(lost, new Member(name, address)).join();
                done.append(' ').append(i);
            }
        }
        return done.toString();
    }

    private String commit(AtomicWrite.Builder write) {
        return switch (database.commit(write.build()).join()) {
            case CommitResult.Committed(Versionstamp stamp) -> "ok " + stamp.hex();
            case CommitResult.Conflict _ -> "conflict";
        };
    }

    private String get(String key) {
        return database.get(KvKey.of(key))
                .join()
                .map(entry -> "found " + entry.versionstamp().hex() + " " + text(entry))
                .orElse("none");
    }

    private String append(String key, String value) {
        Optional<KvEntry> present;
        try {
            present = database.get(KvKey.of(key)).join();
        } catch (CompletionException e) {
            return "failed";
        }
        String list = present.map(entry -> text(entry) + "," + value).orElse(value);
        return commit(
                AtomicWrite.builder()
                        .check(KvKey.of(key), stamp(present))
                        .set(KvKey.of(key), text(list)));
    }

    /** Fills accounts, all at once. */
    private String deposit(String amount, List<String> keys) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        keys.forEach(key -> write.set(KvKey.of(key), text(amount)));
        return commit(write);
    }

    private String transfer(String from, String to, long amount) {
        List<Optional<KvEntry>> both;
        try {
            both = database.get(List.of(KvKey.of(from), KvKey.of(to)), Consistency.EVENTUAL).join();
        } catch (CompletionException e) {
            return "failed";
        }
        return commit(
                AtomicWrite.builder()
                        .check(KvKey.of(from), stamp(both.get(0)))
                        .check(KvKey.of(to), stamp(both.get(1)))
                        .set(KvKey.of(from), text(Long.toString(balance(both.get(0)) - amount)))
                        .set(KvKey.of(to), text(Long.toString(balance(both.get(1)) + amount))));
    }

    private String accounts(List<String> keys) {
        StringBuilder balances = new StringBuilder("found");
        for (Optional<KvEntry> account :
                database.get(keys.stream().map(KvKey::of).toList(), Consistency.EVENTUAL).join()) {
            balances.append(' ').append(balance(account));
        }
        return balances.toString();
    }

    private static @Nullable Versionstamp stamp(Optional<KvEntry> entry) {
        return entry.map(KvEntry::versionstamp).orElse(null);
    }

    private static long balance(Optional<KvEntry> account) {
        return account.map(entry -> Long.parseLong(text(entry))).orElse(0L);
    }

    private static KvValue text(String text) {
        return KvValue.bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(KvEntry entry) {
        return new String(entry.value().data(), StandardCharsets.UTF_8);
    }
}
