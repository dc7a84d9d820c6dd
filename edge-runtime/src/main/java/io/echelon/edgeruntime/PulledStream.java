package io.echelon.edgeruntime;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionException;

/** A request's body as a stream to be read by a thread that may wait. */
final class PulledStream extends InputStream {
    private final StreamPuller puller;
    private byte[] piece = new byte[0];
    private int at;
    private boolean ended;

    PulledStream(StreamPuller puller) {
        this.puller = puller;
    }

    @Override
    public int read() throws IOException {
        return fill() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, target, offset, count);
        at += count;
        return count;
    }

    /** All that is left. */
    byte[] readAtMost(int maxBytes) throws IOException {
        byte[] all = readNBytes(maxBytes + 1);
        if (all.length > maxBytes) {
            throw new io.echelon.tenants.EchelonException(
                    io.echelon.tenants.ErrorCode.PAYLOAD_TOO_LARGE,
                    "The request's body is larger than the %,d bytes that are allowed"
                            .formatted(maxBytes));
        }
        return all;
    }

    private boolean fill() throws IOException {
        while (!ended && at == piece.length) {
            try {
                byte[] next = puller.pull().toCompletableFuture().join();
                ended = next == null;
                piece = next == null ? new byte[0] : next;
                at = 0;
            } catch (CompletionException broken) {
                throw new IOException("The caller broke off", broken.getCause());
            }
        }
        return !ended;
    }
}
