package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a member may ask another for, over which of its connections, and for how long. */
enum Kind {
    APPEND(1, Lane.LOG, Duration.ofSeconds(3)),
    HEARTBEAT(2, Lane.LOG, Duration.ofSeconds(1)),
    SNAPSHOT(3, Lane.LOG, Duration.ofSeconds(60)),
    VOTE(4, Lane.CALLS, Duration.ofSeconds(1)),
    ELECT(5, Lane.CALLS, Duration.ofSeconds(1)),
    REQUEST(6, Lane.CALLS, Duration.ofSeconds(5)),
    QUESTION(7, Lane.CALLS, Duration.ofSeconds(1)),
    /** A member that follows wants the leader to take it in. */
    JOIN(8, Lane.CALLS, Duration.ofSeconds(30));

    private static final Kind[] ALL = values();

    private final byte code;
    private final Lane lane;
    private final Duration patience;

    Kind(int code, Lane lane, Duration patience) {
        this.code = (byte) code;
        this.lane = lane;
        this.patience = patience;
    }

    Lane lane() {
        return lane;
    }

    /** Time for an answer, after which the connection is taken for broken. */
    Duration patience() {
        return patience;
    }

    byte code() {
        return code;
    }

    /** The kind with a code, or null. */
    static @Nullable Kind of(byte code) {
        for (Kind kind : ALL) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }

    /** The connections to a member, so that nothing short waits behind a long piece of the log. */
    enum Lane {
        LOG,
        CALLS;

        static Lane of(String name) throws IOException {
            for (Lane lane : values()) {
                if (lane.name().equals(name)) {
                    return lane;
                }
            }
            throw new IOException("The lane %s is not known".formatted(name));
        }
    }
}
