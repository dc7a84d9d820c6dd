package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One app's log on this node: lines in files that are only ever appended to and, when old or too
 * many, deleted as a whole.
 *
 * <p>A file is called by its number; numbers rise, also over restarts. A line that a crash cut
 * short is cut off on opening.
 *
 * <p><b>Thread safety.</b> One thread appends; any number may read meanwhile, up to {@link #end}.
 */
final class LogSegments {
    static final long SEGMENT_MAX_BYTES = 4L * 1024 * 1024;

    private static final String SUFFIX = ".ndjson";
    private static final int TRIMMED_MAX = 1_000;

    /**
     * Where a reader stands.
     *
     * @param segment number of the file
     * @param offset bytes from its beginning
     */
    record Position(long segment, long offset) {}

    private final Path folder;
    private final NavigableMap<Long, Long> sizes = new ConcurrentSkipListMap<>();

    /** Sizes of files that were deleted lately, for those who have not read them. */
    private final NavigableMap<Long, Long> trimmed = new ConcurrentSkipListMap<>();

    private @Nullable FileChannel out;
    private volatile long current;

    /** Opens the log of an app, with what an earlier process wrote. */
    LogSegments(Path root, TenantName tenant, AppName app) {
        this.folder = root.resolve(tenant.value()).resolve(app.value());
        try {
            Files.createDirectories(folder);
            TreeMap<Long, Path> found = new TreeMap<>();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (name.matches("[0-9]{12}" + SUFFIX)) {
                        found.put(Long.parseLong(name.substring(0, 12)), file);
                    }
                }
            }
            for (var entry : found.entrySet()) {
                sizes.put(entry.getKey(), completeLines(entry.getValue()));
            }
            current = found.isEmpty() ? 1 : found.lastKey() + 1;
            sizes.put(current, 0L);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Appends whole lines, each with its line end. */
    void append(ByteBuffer lines) throws IOException {
        long size = sizes.getOrDefault(current, 0L);
        if (size >= SEGMENT_MAX_BYTES) {
            close();
            long next = current + 1;
            sizes.put(next, 0L);
            current = next;
            size = 0;
        }
        FileChannel channel = out;
        if (channel == null) {
            channel =
                    FileChannel.open(
                            file(current),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.APPEND);
            out = channel;
        }
        long bytes = lines.remaining();
        while (lines.hasRemaining()) {
            channel.write(lines);
        }
        sizes.put(current, size + bytes);
    }

    /** Deletes the oldest files until the rest is small and young enough. */
    void trim(long maxBytes, Instant oldest) throws IOException {
        long total = sizes.values().stream().mapToLong(Long::longValue).sum();
        for (long segment : List.copyOf(sizes.keySet())) {
            if (segment == current) {
                return;
            }
            long size = sizes.getOrDefault(segment, 0L);
            boolean old = size == 0 || lastModified(segment).isBefore(oldest);
            if (total <= maxBytes && !old) {
                return;
            }
            trimmed.put(segment, size);
            if (trimmed.size() > TRIMMED_MAX) {
                trimmed.pollFirstEntry();
            }
            sizes.remove(segment);
            Files.deleteIfExists(file(segment));
            total -= size;
        }
    }

    /** Lets go of the file that is written to; a later {@link #append} opens it again. */
    void close() throws IOException {
        FileChannel channel = out;
        out = null;
        if (channel != null) {
            channel.close();
        }
    }

    /** Where the oldest line begins. */
    Position start() {
        return new Position(sizes.firstKey(), 0);
    }

    /** Behind the newest line. */
    Position end() {
        long segment = current;
        return new Position(segment, sizes.getOrDefault(segment, 0L));
    }

    /** How many bytes behind a position were deleted since this was opened. */
    long lostSince(Position from) {
        return behind(from, trimmed);
    }

    /** How many bytes there are behind a position. */
    long bytesFrom(Position from) {
        return behind(from, sizes);
    }

    private static long behind(Position from, NavigableMap<Long, Long> files) {
        long bytes = 0;
        for (var file : files.tailMap(from.segment(), true).entrySet()) {
            bytes +=
                    file.getKey() == from.segment()
                            ? Math.max(0, file.getValue() - from.offset())
                            : file.getValue();
        }
        return bytes;
    }

    /** Where the first line that may be as young as a moment begins; by whole files. */
    Position since(Instant moment) {
        for (long segment : sizes.keySet()) {
            if (segment == current || !lastModified(segment).isBefore(moment)) {
                return new Position(segment, 0);
            }
        }
        return end();
    }

    /** Bytes from a position on, and where they end. */
    record Chunk(byte[] bytes, Position next) {}

    /**
     * Whole lines from a position on.
     *
     * @param maxBytes about how much, in bytes; more when a single line is longer
     * @return no bytes at the end of the log
     */
    Chunk read(Position from, int maxBytes) throws IOException {
        Position position = from;
        while (true) {
            Long size = sizes.get(position.segment());
            if (size == null || position.offset() >= size) {
                Long next = sizes.higherKey(position.segment());
                if (next == null) {
                    return new Chunk(new byte[0], position);
                }
                position = new Position(next, 0);
                continue;
            }
            try {
                return read(position, size, maxBytes);
            } catch (NoSuchFileException trimmedMeanwhile) {
                position = new Position(position.segment(), Long.MAX_VALUE);
            }
        }
    }

    private Chunk read(Position from, long size, int maxBytes) throws IOException {
        int wanted = (int) Math.min(maxBytes, size - from.offset());
        try (FileChannel in = FileChannel.open(file(from.segment()), StandardOpenOption.READ)) {
            while (true) {
                ByteBuffer buffer = ByteBuffer.allocate(wanted);
                while (buffer.hasRemaining()
                        && in.read(buffer, from.offset() + buffer.position()) >= 0) {
                    // until it is full
                }
                int end = buffer.position();
                while (end > 0 && buffer.get(end - 1) != '\n') {
                    end--;
                }
                if (end > 0 || from.offset() + wanted >= size) {
                    byte[] bytes = new byte[end];
                    buffer.get(0, bytes);
                    long next = end == 0 ? size : from.offset() + end;
                    return new Chunk(bytes, new Position(from.segment(), next));
                }
                wanted = (int) Math.min(2L * wanted, size - from.offset());
            }
        }
    }

    private Instant lastModified(long segment) {
        try {
            return Files.getLastModifiedTime(file(segment)).toInstant();
        } catch (IOException gone) {
            return Instant.MIN;
        }
    }

    private Path file(long segment) {
        return folder.resolve("%012d%s".formatted(segment, SUFFIX));
    }

    private static long completeLines(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            ByteBuffer one = ByteBuffer.allocate(1);
            while (end > 0) {
                one.clear();
                channel.read(one, end - 1);
                if (one.get(0) == '\n') {
                    break;
                }
                end--;
            }
            if (end < channel.size()) {
                channel.truncate(end);
            }
            return end;
        }
    }
}
