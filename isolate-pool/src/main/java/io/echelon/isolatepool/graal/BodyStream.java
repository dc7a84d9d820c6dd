package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.BodySource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as the standard input of a program; reading blocks until the caller has sent
 * more.
 */
final class BodyStream extends InputStream {
    private final BodySource body;
    private byte[] piece = new byte[0];
    private int position;
    private boolean ended;

    BodyStream(BodySource body) {
        this.body = body;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == piece.length && !next()) {
            return -1;
        }
        int count = Math.min(length, piece.length - position);
        System.arraycopy(piece, position, target, offset, count);
        position += count;
        return count;
    }

    private boolean next() throws IOException {
        if (ended) {
            return false;
        }
        byte @Nullable [] bytes = await();
        if (bytes == null) {
            ended = true;
            return false;
        }
        piece = bytes;
        position = 0;
        return true;
    }

    private byte @Nullable [] await() throws IOException {
        try {
            return body.read().toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        } catch (ExecutionException e) {
            throw new IOException("the caller broke the request's body off", e);
        }
    }
}
