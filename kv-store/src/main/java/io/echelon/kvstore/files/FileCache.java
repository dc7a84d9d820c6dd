package io.echelon.kvstore.files;

import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import io.echelon.kvstore.EntryCache;
import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cache whose entries are files, so that they take the kernel's memory while there is some and
 * not the heap's. The index is in memory: what a process left in the folder is removed by the next.
 *
 * <p>When the space is used up, the entry goes that was not used for longest among those of the
 * tenant that has most: nobody's entries are driven out by a tenant that has more.
 *
 * <p><b>Thread safety.</b> Any thread. The index is guarded by this; no file is read or written
 * meanwhile.
 */
public final class FileCache implements EntryCache {
    private static final System.Logger LOG = System.getLogger(FileCache.class.getName());

    /** Files take whole blocks, and every entry a place in the index: none counts for less. */
    private static final int BLOCK_BYTES = 4_096;

    private final Path folder;
    private final Space space;
    private final FileStore disk;
    private final InstantSource clock;
    private final Map<TenantName, Shelf> shelves = new HashMap<>();
    private long usedBytes;
    private long lastFile;

    private record Kept(Path file, int size, @Nullable Instant expires) {
        long taken() {
            return Math.max(1, Math.ceilDiv(size, BLOCK_BYTES)) * (long) BLOCK_BYTES;
        }
    }

    /** What a tenant has, least recently used first, and by caches. */
    private static final class Shelf {
        final Map<CacheKey, Kept> entries = new LinkedHashMap<>(16, 0.75f, true);
        final Map<CacheName, Set<CacheKey>> caches = new HashMap<>();
        long bytes;

        void put(CacheKey key, Kept kept) {
            entries.put(key, kept);
            caches.computeIfAbsent(key.cache(), _ -> new HashSet<>()).add(key);
            bytes += kept.taken();
        }

        @Nullable Kept remove(CacheKey key) {
            Kept gone = entries.remove(key);
            if (gone != null) {
                bytes -= gone.taken();
                caches.computeIfPresent(
                        key.cache(),
                        (_, keys) -> {
                            keys.remove(key);
                            return keys.isEmpty() ? null : keys;
                        });
            }
            return gone;
        }
    }

    /**
     * What a cache may take of a disk.
     *
     * @param capacityBytes of all entries together; 0 for a cache that keeps nothing
     * @param reserveBytes what it leaves free for others, in any case
     */
    public record Space(long capacityBytes, long reserveBytes) {}

    private FileCache(Path folder, Space space, FileStore disk, InstantSource clock) {
        this.folder = folder;
        this.space = space;
        this.disk = disk;
        this.clock = clock;
    }

    /**
     * Opens a cache in a folder of its own, which is made or emptied.
     *
     * @throws UncheckedIOException when that cannot be done
     */
    public static FileCache open(Path folder, Space space, InstantSource clock) {
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
                for (Path file : left) {
                    Files.delete(file);
                }
            }
            return new FileCache(folder, space, Files.getFileStore(folder), clock);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " cannot be emptied", e);
        }
    }

    /** What all entries take on the disk, in bytes. */
    public synchronized long usedBytes() {
        return usedBytes;
    }

    @Override
    public @Nullable Found find(CacheKey key) {
        Kept over;
        Kept kept;
        synchronized (this) {
            over = removeOver(key);
            kept = kept(key);
        }
        if (over != null) {
            discard(over);
        }
        return kept == null ? null : new InFile(kept.file(), kept.size());
    }

    private record InFile(Path file, int size) implements Found {
        @Override
        public byte @Nullable [] read() {
            try {
                byte[] bytes = Files.readAllBytes(file);
                return bytes.length == size ? bytes : null;
            } catch (NoSuchFileException gone) {
                return null;
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "An entry of a cache cannot be read", e);
                return null;
            }
        }
    }

    @Override
    public void put(CacheKey key, byte[] entry, @Nullable Instant expires) {
        Kept kept = new Kept(nextFile(), entry.length, expires);
        if (entry.length > KvLimits.CACHE_ENTRY_MAX_BYTES
                || kept.taken() > space.capacityBytes()
                || isOver(kept)
                || !write(kept.file(), entry)) {
            var _ = delete(key);
            return;
        }
        List<Kept> gone = new ArrayList<>();
        synchronized (this) {
            Kept before = remove(key);
            if (before != null) {
                gone.add(before);
            }
            Shelf shelf = shelves.computeIfAbsent(key.cache().tenant(), _ -> new Shelf());
            shelf.put(key, kept);
            usedBytes += kept.taken();
            while (usedBytes > space.capacityBytes()) {
                gone.add(evict());
            }
        }
        gone.forEach(FileCache::discard);
    }

    private synchronized Path nextFile() {
        lastFile++;
        return folder.resolve(Long.toString(lastFile));
    }

    private boolean write(Path file, byte[] entry) {
        try {
            if (disk.getUsableSpace() - entry.length < space.reserveBytes()) {
                return false;
            }
            Files.write(file, entry, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "An entry of a cache cannot be written, and is not kept: {0}",
                    e.getMessage());
            discard(file);
            return false;
        }
    }

    private Kept evict() {
        Shelf fullest =
                shelves.values().stream()
                        .max(Comparator.comparingLong(shelf -> shelf.bytes))
                        .orElseThrow();
        CacheKey oldest = fullest.entries.keySet().iterator().next();
        Kept gone = remove(oldest);
        if (gone == null) {
            throw new IllegalStateException("An entry is on another tenant's shelf: " + oldest);
        }
        return gone;
    }

    @Override
    public boolean delete(CacheKey key) {
        Kept gone;
        synchronized (this) {
            gone = remove(key);
        }
        if (gone == null) {
            return false;
        }
        discard(gone);
        return !isOver(gone);
    }

    @Override
    public boolean has(CacheName cache) {
        List<Kept> over = new ArrayList<>();
        boolean isAny = false;
        synchronized (this) {
            for (CacheKey key = anyOf(cache); key != null && !isAny; key = anyOf(cache)) {
                Kept gone = removeOver(key);
                if (gone == null) {
                    isAny = true;
                } else {
                    over.add(gone);
                }
            }
        }
        over.forEach(FileCache::discard);
        return isAny;
    }

    private @Nullable CacheKey anyOf(CacheName cache) {
        Shelf shelf = shelves.get(cache.tenant());
        Set<CacheKey> keys = shelf == null ? null : shelf.caches.get(cache);
        return keys == null ? null : keys.iterator().next();
    }

    /** Removes an entry whose time is over; null when it is not. */
    private @Nullable Kept removeOver(CacheKey key) {
        Kept kept = kept(key);
        return kept != null && isOver(kept) ? remove(key) : null;
    }

    private @Nullable Kept kept(CacheKey key) {
        Shelf shelf = shelves.get(key.cache().tenant());
        return shelf == null ? null : shelf.entries.get(key);
    }

    @Override
    public boolean delete(CacheName cache) {
        return keys(cache).stream().map(this::delete).reduce(false, Boolean::logicalOr);
    }

    private synchronized List<CacheKey> keys(CacheName cache) {
        Shelf shelf = shelves.get(cache.tenant());
        return shelf == null ? List.of() : List.copyOf(shelf.caches.getOrDefault(cache, Set.of()));
    }

    @Override
    public void clear() {
        List<Kept> all = new ArrayList<>();
        synchronized (this) {
            shelves.values().forEach(shelf -> all.addAll(shelf.entries.values()));
            shelves.clear();
            usedBytes = 0;
        }
        all.forEach(FileCache::discard);
    }

    private synchronized @Nullable Kept remove(CacheKey key) {
        TenantName tenant = key.cache().tenant();
        Shelf shelf = shelves.get(tenant);
        Kept gone = shelf == null ? null : shelf.remove(key);
        if (shelf == null || gone == null) {
            return null;
        }
        usedBytes -= gone.taken();
        if (shelf.entries.isEmpty()) {
            shelves.remove(tenant);
        }
        return gone;
    }

    private boolean isOver(Kept kept) {
        return kept.expires() != null && !clock.instant().isBefore(kept.expires());
    }

    private static void discard(Kept kept) {
        discard(kept.file());
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "An entry of a cache cannot be removed", e);
        }
    }
}
