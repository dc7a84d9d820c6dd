package io.echelon.edgeruntime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that lines are appended to. It is opened each time, so that who moves it away, as
 * logrotate does, need not tell anybody.
 */
final class FileLogSink implements LogSink {
    private final Path file;

    FileLogSink(Path file) {
        this.file = file;
    }

    @Override
    public void send(byte[] lines) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND)) {
            long before = channel.size();
            ByteBuffer rest = ByteBuffer.wrap(lines);
            try {
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            } catch (IOException e) {
                channel.truncate(before); // a full disk must not leave half a line
                throw e;
            }
        }
    }
}
