package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.ReplicatedBlobStore;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.Permissions;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RevisionRecord.Kind;
import io.echelon.tenants.RevisionRecord.State;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps of three nodes' disks, between which revisions come and go. */
final class BlobSweepTest {
    private static final int NODES = 3;
    private static final int STEPS = 250;

    /** What clients and the control plane may take between being told of a blob and using it. */
    private static final Duration RELIED_ON = BlobSweep.GRACE.minusMinutes(2);

    @TempDir Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource clock = () -> now;
    private final List<FileBlobStore> disks = new ArrayList<>();
    private final List<BlobSweep> sweeps = new ArrayList<>();
    private final Map<Integer, RevisionRecord> revisions = new TreeMap<>();
    private final Map<String, Set<String>> filesOf = new HashMap<>();
    private final Map<String, Instant> told = new HashMap<>();
    private RocksKvStore store;
    private KvDatabase database;
    private ReplicatedBlobStore blobs;
    private int number;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder.resolve("kv")).withReserveBytes(0));
        database = store.database(SystemRows.DATABASE);
        for (int node = 0; node < NODES; node++) {
            disks.add(FileBlobStore.open(folder.resolve("blobs" + node), 0, clock));
        }
        blobs =
                new ReplicatedBlobStore(
                        disks.get(0), List.of(disks.get(1), disks.get(2)), Runnable::run);
        for (FileBlobStore disk : disks) {
            sweeps.add(
                    new BlobSweep(
                            new SystemReader(database), disk, new LocalBlobs(disk, blobs), clock));
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void removesABlobSomeTimeAfterTheLastRevisionThatUsedIt() {
        RevisionRecord first = deployed("shared", "of the first");
        RevisionRecord second = deployed("shared", "of the second");
        delete(first);
        pass(Duration.ofMinutes(61));
        sweepAll();
        assertThat(disks.get(0).contains(first.manifest())).as("until the next sweep").isTrue();
        pass(Duration.ofMinutes(61));
        sweepAll();
        pass(Duration.ofMinutes(61));
        sweepAll();
        for (FileBlobStore disk : disks) {
            assertThat(onDisk(disk)).isEqualTo(used(second));
        }
    }

    @Test
    void leavesWhatSomebodyAskedAboutBetweenTheLookAndTheRemoval() {
        String hash = stored("uploaded, and not deployed yet");
        pass(Duration.ofMinutes(61));
        sweepAll();
        pass(Duration.ofMinutes(11));
        List<BlobSweep.Unused> found = sweeps.stream().map(BlobSweep::unused).toList();
        assertThat(found.getFirst().blobs()).containsExactly(hash);
        assertThat(blobs.missing(List.of(hash))).isEmpty();
        for (int node = 0; node < NODES; node++) {
            sweeps.get(node).remove(found.get(node));
        }
        assertThat(blobs.missing(List.of(hash))).isEmpty();
        assertThat(disks).allMatch(disk -> disk.contains(hash));
    }

    @Test
    void removesNothingWhileAManifestCannotBeRead() {
        RevisionRecord broken = deployed("a", "b");
        String unused = stored("unused");
        disks.forEach(disk -> disk.delete(broken.manifest()));
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofHours(2));
            assertThatThrownBy(() -> sweeps.getFirst().sweep()).hasMessageContaining("blob");
        }
        assertThat(onDisk(disks.getFirst())).contains(unused);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void neverTakesWhatIsUsedOrReliedOn(long seed) {
        Random random = new Random(seed);
        List<List<String>> uploaded = new ArrayList<>();
        Map<RevisionRecord, Instant> beingWritten = new HashMap<>();
        List<BlobSweep.Unused> looks = new ArrayList<>(List.of());
        sweeps.forEach(sweep -> looks.add(sweep.unused()));
        for (int step = 0; step < STEPS; step++) {
            int node = random.nextInt(NODES);
            switch (random.nextInt(11)) {
                case 0, 1 -> uploaded.add(contents(random).stream().map(this::stored).toList());
                case 2, 3 -> {
                    if (!uploaded.isEmpty()) { // posted, long after it was uploaded perhaps
                        List<String> files = uploaded.remove(random.nextInt(uploaded.size()));
                        if (relied(files)) {
                            beingWritten.put(written(files), now);
                        }
                    }
                }
                case 4 -> { // deployed again, with other settings
                    if (!revisions.isEmpty()) {
                        RevisionRecord base = any(random);
                        List<String> files = new ArrayList<>(filesOf.get(base.manifest()));
                        files.add(base.manifest());
                        if (relied(files)) {
                            beingWritten.put(
                                    record(base.manifest(), stored("sealed " + number)), now);
                        }
                    }
                }
                case 5, 6 -> {
                    for (Map.Entry<RevisionRecord, Instant> one : beingWritten.entrySet()) {
                        if (one.getValue().plus(RELIED_ON).isAfter(now)) {
                            write(one.getKey());
                        }
                    }
                    beingWritten.clear();
                }
                case 7 -> {
                    if (!revisions.isEmpty()) {
                        delete(any(random));
                    }
                }
                case 8 -> pass(Duration.ofMinutes(random.nextInt(70)));
                case 9 -> looks.set(node, sweeps.get(node).unused());
                default -> {
                    if (random.nextBoolean()) {
                        sweeps.get(node).sweep();
                    } else {
                        sweeps.get(node).remove(looks.get(node));
                    }
                }
            }
            assertNothingIsLost("seed %d, step %d".formatted(seed, step));
        }
        pass(Duration.ofHours(2));
        sweepAll();
        pass(Duration.ofHours(2)); // what a sweep reads it touches
        sweepAll();
        sweepAll();
        Set<String> used = new HashSet<>();
        revisions.values().forEach(revision -> used.addAll(used(revision)));
        disks.forEach(disk -> assertThat(used).containsAll(onDisk(disk)));
        assertNothingIsLost("the end");
    }

    private void assertNothingIsLost(String when) {
        Set<String> needed = new HashSet<>();
        revisions.values().forEach(revision -> needed.addAll(used(revision)));
        told.forEach(
                (hash, time) -> {
                    if (time.plus(RELIED_ON).isAfter(now)) {
                        needed.add(hash);
                    }
                });
        List<Set<String>> onDisks = disks.stream().map(BlobSweepTest::onDisk).toList();
        for (String hash : needed) {
            assertThat(onDisks.stream().filter(disk -> disk.contains(hash)).count())
                    .as("copies of %s at %s", hash, when)
                    .isGreaterThanOrEqualTo(NODES / 2 + 1);
        }
    }

    /** What lies on a disk, without touching it. */
    private static Set<String> onDisk(FileBlobStore disk) {
        return disk.untouchedSince(Instant.MAX);
    }

    private static List<String> contents(Random random) {
        List<String> contents = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            contents.add("content " + random.nextInt(40));
        }
        return contents;
    }

    private RevisionRecord any(Random random) {
        return new ArrayList<>(revisions.values()).get(random.nextInt(revisions.size()));
    }

    /** Uploads content that is not there. */
    private String stored(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String hash = BlobHash.of(bytes);
        if (!blobs.missing(List.of(hash)).isEmpty()) {
            blobs.put(hash, bytes);
        }
        told.put(hash, now);
        return hash;
    }

    /** Whether all blobs are there, of which the caller is then told. */
    private boolean relied(List<String> hashes) {
        List<String> missing = blobs.missing(hashes);
        hashes.stream().filter(hash -> !missing.contains(hash)).forEach(h -> told.put(h, now));
        return missing.isEmpty();
    }

    /** A revision of files that are there, whose row is not written yet. */
    private RevisionRecord written(List<String> files) {
        Manifest manifest =
                new Manifest(
                        "0.js",
                        indexed(files),
                        Isolation.REQUEST,
                        1,
                        FunctionLimits.DEFAULT,
                        Permissions.DEFAULT,
                        Map.of(),
                        List.of(),
                        null);
        String hash = stored(new String(Json.bytes(manifest), StandardCharsets.UTF_8));
        filesOf.put(hash, Set.copyOf(files));
        return record(hash, number % 2 == 0 ? null : stored("sealed " + number));
    }

    private static List<BundleFile> indexed(List<String> files) {
        List<BundleFile> indexed = new ArrayList<>();
        for (String file : files) {
            indexed.add(new BundleFile(indexed.size() + ".js", file, 1));
        }
        return indexed;
    }

    private RevisionRecord record(String manifest, String settings) {
        number++;
        return new RevisionRecord(
                new RevisionId(TenantName.DEFAULT, new AppName("app" + number % 3), number),
                manifest,
                1,
                1,
                Kind.PRODUCTION,
                now,
                number % 5 == 0 ? State.FAILED : State.READY,
                null,
                settings,
                null);
    }

    private RevisionRecord deployed(String... contents) {
        RevisionRecord revision =
                written(java.util.Arrays.stream(contents).map(this::stored).toList());
        write(revision);
        return revision;
    }

    private void write(RevisionRecord revision) {
        database.commit(
                        AtomicWrite.builder()
                                .set(
                                        KvKey.of(SystemRows.revision(revision.id())),
                                        KvValue.bytes(Json.bytes(revision)))
                                .build())
                .join();
        revisions.put(revision.id().number(), revision);
    }

    private void delete(RevisionRecord revision) {
        database.commit(
                        AtomicWrite.builder()
                                .delete(KvKey.of(SystemRows.revision(revision.id())))
                                .build())
                .join();
        revisions.remove(revision.id().number());
    }

    private Set<String> used(RevisionRecord revision) {
        Set<String> used = new HashSet<>(filesOf.get(revision.manifest()));
        used.add(revision.manifest());
        if (revision.settings() != null) {
            used.add(revision.settings());
        }
        return used;
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private void sweepAll() {
        sweeps.forEach(BlobSweep::sweep);
    }
}
