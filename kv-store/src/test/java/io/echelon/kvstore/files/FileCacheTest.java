package io.echelon.kvstore.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import io.echelon.kvstore.EntryCache;
import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.AppName;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileCacheTest {
    private static final long CAPACITY = 40_960;
    private static final int BLOCK = 4_096;
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);

    @TempDir private Path folder;

    private FileCache open(long capacityBytes, long reserveBytes) {
        return FileCache.open(folder, new FileCache.Space(capacityBytes, reserveBytes), now::get);
    }

    private static CacheKey key(String tenant, int i) {
        return new CacheKey(cache(tenant, "pages"), "key-" + i);
    }

    private static CacheName cache(String tenant, String name) {
        return new CacheName(new TenantName(tenant), new AppName("shop"), name);
    }

    private static byte @Nullable [] read(EntryCache cache, CacheKey key) {
        EntryCache.Found found = cache.find(key);
        return found == null ? null : found.read();
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void keepsWhatWasPutLast() throws IOException {
        FileCache cache = open(CAPACITY, 0);
        cache.put(key("acme", 1), new byte[] {1}, null);
        cache.put(key("acme", 1), new byte[] {2, 3}, null);

        assertThat(read(cache, key("acme", 1))).containsExactly(2, 3);
        assertThat(read(cache, key("acme", 2))).isNull();
        assertThat(read(cache, key("other", 1))).isNull();
        assertThat(read(cache, new CacheKey(cache("acme", "images"), "key-1"))).isNull();
        assertThat(cache.usedBytes()).isEqualTo(BLOCK);
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void anEntryWithoutBytesTakesABlockToo() {
        FileCache cache = open(CAPACITY, 0);
        for (int i = 0; i < 30; i++) {
            cache.put(key("acme", i), new byte[0], null);
        }
        assertThat(cache.usedBytes()).isEqualTo(CAPACITY);
        assertThat(read(cache, key("acme", 29))).isEmpty();
        assertThat(read(cache, key("acme", 0))).isNull();
    }

    @Test
    void anEntryThatIsFoundAndRemovedIsGoneAndNotHalf() throws IOException {
        FileCache cache = open(CAPACITY, 0);
        cache.put(key("acme", 1), new byte[9_000], null);
        EntryCache.Found found = cache.find(key("acme", 1));
        assertThat(found.size()).isEqualTo(9_000);
        assertThat(cache.delete(key("acme", 1))).isTrue();
        assertThat(cache.delete(key("acme", 1))).isFalse();
        assertThat(found.read()).isNull();
        assertThat(cache.usedBytes()).isZero();
        assertThat(files()).isZero();
    }

    @Test
    void theTenantWithMostGivesWhatItUsedLeast() throws IOException {
        FileCache cache = open(CAPACITY, 0);
        for (int i = 0; i < 2; i++) {
            cache.put(key("small", i), new byte[10], null);
        }
        for (int i = 0; i < 8; i++) {
            cache.put(key("large", i), new byte[10], null);
        }
        assertThat(cache.usedBytes()).isEqualTo(CAPACITY);
        assertThat(read(cache, key("large", 0))).hasSize(10);
        cache.put(key("large", 8), new byte[10], null);
        cache.put(key("small", 2), new byte[10], null);

        assertThat(IntStream.range(0, 3)).allMatch(i -> read(cache, key("small", i)) != null);
        assertThat(IntStream.of(1, 2)).allMatch(i -> read(cache, key("large", i)) == null);
        assertThat(IntStream.of(0, 3, 8)).allMatch(i -> read(cache, key("large", i)) != null);
        assertThat(cache.usedBytes()).isEqualTo(CAPACITY);
        assertThat(files()).isEqualTo(10);
    }

    @Test
    void neverTakesMoreThanItsSpace() throws IOException {
        FileCache cache = open(CAPACITY, 0);
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            CacheKey key = key("tenant-" + random.nextInt(5), random.nextInt(40));
            switch (random.nextInt(5)) {
                case 0 -> cache.delete(key);
                case 1 -> read(cache, key);
                default -> cache.put(key, new byte[random.nextInt(20_000)], null);
            }
            assertThat(cache.usedBytes()).isBetween(0L, CAPACITY);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum())
                    .isLessThanOrEqualTo(cache.usedBytes());
        }
        cache.clear();
        assertThat(cache.usedBytes()).isZero();
        assertThat(files()).isZero();
    }

    @Test
    void whatIsTooLargeReplacesNothingAndKeepsNothingOld() {
        FileCache cache = open(CAPACITY, 0);
        cache.put(key("acme", 1), new byte[10], null);
        cache.put(key("acme", 1), new byte[(int) CAPACITY + 1], null);
        assertThat(read(cache, key("acme", 1))).isNull();

        FileCache large = open(1L << 30, 0);
        large.put(key("acme", 1), new byte[KvLimits.CACHE_ENTRY_MAX_BYTES], null);
        large.put(key("acme", 2), new byte[KvLimits.CACHE_ENTRY_MAX_BYTES + 1], null);
        assertThat(read(large, key("acme", 1))).hasSize(KvLimits.CACHE_ENTRY_MAX_BYTES);
        assertThat(read(large, key("acme", 2))).isNull();
    }

    @Test
    void anEntryIsGoneAtItsTime() throws IOException {
        FileCache cache = open(CAPACITY, 0);
        cache.put(key("acme", 1), new byte[10], NOW.plusSeconds(5));
        cache.put(key("acme", 2), new byte[10], NOW);
        assertThat(read(cache, key("acme", 2))).isNull();
        now.set(NOW.plusMillis(4_999));
        assertThat(read(cache, key("acme", 1))).hasSize(10);
        assertThat(cache.has(cache("acme", "pages"))).isTrue();
        now.set(NOW.plusSeconds(5));
        assertThat(cache.has(cache("acme", "pages"))).isFalse();
        assertThat(cache.delete(key("acme", 1))).isFalse();
        cache.put(key("acme", 1), new byte[10], NOW.plusSeconds(6));
        now.set(NOW.plusSeconds(6));
        assertThat(read(cache, key("acme", 1))).isNull();
        assertThat(cache.usedBytes()).isZero();
        assertThat(files()).isZero();
    }

    @Test
    void aCacheIsDroppedAloneByItsName() {
        FileCache cache = open(CAPACITY, 0);
        cache.put(key("acme", 1), new byte[10], null);
        cache.put(new CacheKey(cache("acme", "images"), "key-1"), new byte[10], null);
        cache.put(key("other", 1), new byte[10], null);
        assertThat(cache.delete(cache("acme", "pages"))).isTrue();
        assertThat(cache.delete(cache("acme", "pages"))).isFalse();
        assertThat(cache.has(cache("acme", "pages"))).isFalse();
        assertThat(cache.has(cache("acme", "images"))).isTrue();
        assertThat(cache.has(cache("other", "pages"))).isTrue();
    }

    @Test
    void aDiskThatIsNearlyFullIsLeftAlone() throws IOException {
        FileCache cache = open(CAPACITY, Long.MAX_VALUE / 2);
        cache.put(key("acme", 1), new byte[10], null);
        assertThat(read(cache, key("acme", 1))).isNull();
        assertThat(files()).isZero();
    }

    @Test
    void beginsEmpty() throws IOException {
        open(CAPACITY, 0).put(key("acme", 1), new byte[10], null);
        FileCache next = open(CAPACITY, 0);
        assertThat(read(next, key("acme", 1))).isNull();
        assertThat(files()).isZero();
    }
}
