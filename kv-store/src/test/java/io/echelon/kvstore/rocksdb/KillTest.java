package io.echelon.kvstore.rocksdb;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.EchelonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that commits, with SIGKILL, and looks for what it had acknowledged. */
class KillTest {
    private static final int KILLS = 4;

    @TempDir Path folder;

    @Test
    void losesNoAcknowledgedCommitWhenTheProcessThatHoldsTheFolderIsKilled() throws Exception {
        Random random = new Random(9);
        Map<KvKey, KvEntry> acknowledged = new HashMap<>();
        Versionstamp greatest = new Versionstamp(0, 0);
        for (int round = 0; round < KILLS; round++) {
            acknowledged.putAll(commitAndKill(round, 200 + random.nextInt(2_000)));
            try (RocksKvStore store = RocksKvStore.open(RocksOptions.of(folder))) {
                KvDatabase database = store.database("test");
                var _ = result(store.digest(result(store.mark()))); // fails where sizes are wrong
                for (KvEntry entry : acknowledged.values()) {
                    assertThat(result(database.get(entry.key()))).contains(entry);
                    if (entry.versionstamp().compareTo(greatest) > 0) {
                        greatest = entry.versionstamp();
                    }
                }
                assertThat(committed(database.set(KvKey.of("after"), KvValue.u64(round))))
                        .isGreaterThan(greatest);
            }
        }
    }

    private Map<KvKey, KvEntry> commitAndKill(int round, int lines) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CommitPrinter.class.getName(),
                                folder.toString(),
                                Integer.toString(round))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Map<KvKey, KvEntry> acknowledged = new HashMap<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < lines; i++) {
                read(output, acknowledged);
            }
            assertThatThrownBy(() -> RocksKvStore.open(RocksOptions.of(folder)))
                    .isInstanceOf(EchelonException.class)
                    .hasMessageContaining("open already");
            process.toHandle().destroyForcibly();
            while (read(output, acknowledged)) {
                // What was printed before the kill counts too.
            }
        }
        process.waitFor();
        return acknowledged;
    }

    /** Reads one line; a line that the kill cut off is none. */
    private static boolean read(BufferedReader output, Map<KvKey, KvEntry> acknowledged)
            throws IOException {
        String line = output.readLine();
        if (line == null) {
            return false;
        }
        String[] words = line.split(" ", -1);
        if (words.length == 3 && words[2].length() == 2 * Versionstamp.BYTES) {
            long number = Long.parseLong(words[1]);
            KvKey key = KvKey.of(Integer.parseInt(words[0]), number);
            acknowledged.put(key, new KvEntry(key, KvValue.u64(number), Versionstamp.of(words[2])));
        }
        return true;
    }
}
