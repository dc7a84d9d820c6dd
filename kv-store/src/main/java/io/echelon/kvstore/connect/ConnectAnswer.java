package io.echelon.kvstore.connect;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What a {@link KvConnectServer} answers: status, headers, and a body in one or in frames. */
public sealed interface ConnectAnswer {
    int status();

    /** To be sent exactly so; names are lower-case. */
    Map<String, String> headers();

    /** An answer with a body that is all there. */
    record Whole(int status, Map<String, String> headers, byte[] body) implements ConnectAnswer {}

    /** An answer without an end: frames follow until one side closes. */
    record Frames(int status, Map<String, String> headers, Source source)
            implements ConnectAnswer {}

    /** Where frames come from. */
    interface Source {
        /**
         * Starts the frames, after the head was sent.
         *
         * @return to be closed when the connection is gone
         */
        AutoCloseableSource open(FrameSink sink);
    }

    /** Frames that flow. */
    interface AutoCloseableSource extends AutoCloseable {
        @Override
        void close();
    }

    /** Where frames go; its methods are called one at a time, from threads that may wait. */
    interface FrameSink {
        /**
         * Sends bytes; the next frame waits until the stage is complete. Failure ends the frames.
         */
        CompletionStage<?> send(byte[] frame);

        /** There will be no more frames: the connection is to be ended. */
        void end();
    }
}
