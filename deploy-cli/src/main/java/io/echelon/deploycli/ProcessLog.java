package io.echelon.deploycli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The log file of one process. When it has grown too long it becomes {@code NAME.log.1} and a new
 * one begins.
 *
 * <p>Failure: a log that cannot be written, such as on a full disk, is given up for that line; the
 * process goes on. Thread safety: safe for use by several threads.
 */
final class ProcessLog implements AutoCloseable {
    private static final long FILE_MAX_BYTES = 16L * 1024 * 1024;
    private static final int TAIL_LINES = 15;

    private final Path file;
    private final Deque<String> tail = new ArrayDeque<>();
    private @Nullable OutputStream out;
    private long bytes;

    ProcessLog(Path file) {
        this.file = file;
    }

    synchronized void line(String text) {
        if (tail.size() == TAIL_LINES) {
            tail.removeFirst();
        }
        tail.addLast(text);
        try {
            byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
            OutputStream open = open();
            open.write(line);
            bytes += line.length;
        } catch (IOException e) {
            closeQuietly();
        }
    }

    /** The last lines, the oldest first. */
    synchronized String tail() {
        return String.join("\n", tail);
    }

    Path file() {
        return file;
    }

    @Override
    public synchronized void close() {
        closeQuietly();
    }

    private OutputStream open() throws IOException {
        if (out != null && bytes > FILE_MAX_BYTES) {
            closeQuietly();
        }
        if (out == null) {
            if (Files.exists(file) && Files.size(file) > FILE_MAX_BYTES) {
                Files.move(
                        file,
                        file.resolveSibling(file.getFileName() + ".1"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            bytes = Files.size(file);
        }
        return out;
    }

    private void closeQuietly() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            // What was not written yet is lost, and there is nowhere to say so.
        } finally {
            out = null;
        }
    }
}
