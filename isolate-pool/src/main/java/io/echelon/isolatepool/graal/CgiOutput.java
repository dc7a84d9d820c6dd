package io.echelon.isolatepool.graal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;

/** The standard output of a program as the response to its call; small ones go out in one piece. */
final class CgiOutput extends OutputStream {
    private static final int PIECE_BYTES = 32 * 1024;

    private final JsCall call;
    private final CgiResponse response = new CgiResponse();
    private CgiResponse.Head head = new CgiResponse.Head(200, new String[0]);
    private int gathered;
    private boolean headSent;

    CgiOutput(JsCall call) {
        this.call = call;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        response.write(bytes, offset, length).ifPresent(known -> head = known);
        gathered += length;
        if (gathered >= PIECE_BYTES && response.isHeadKnown()) {
            if (!headSent) {
                headSent = true;
                call.respond(head.status(), head.headers(), null, 0);
            }
            send(response.takeBody());
            gathered = 0;
        }
    }

    /** Sends what is left; the program has ended well. */
    void finish() throws IOException {
        response.finish().ifPresent(known -> head = known);
        byte[] rest = response.takeBody();
        if (!headSent) {
            call.respond(head.status(), head.headers(), rest, 0);
            return;
        }
        if (rest.length > 0) {
            send(rest);
        }
        call.end();
    }

    private void send(byte[] piece) throws IOException {
        if (piece.length == 0) {
            return;
        }
        try {
            call.write(piece).toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        } catch (ExecutionException e) {
            throw new IOException("the caller is gone", e);
        }
    }
}
