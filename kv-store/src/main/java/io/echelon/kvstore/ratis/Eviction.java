package io.echelon.kvstore.ratis;

import java.lang.reflect.Field;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.AwaitToRun;
import org.jspecify.annotations.Nullable;

/**
 * The thread of Ratis that takes old parts of the log out of memory.
 *
 * <p>When Ratis 3.3.0 closes a log it waits for this thread while it holds the lock that the thread
 * may just be waiting for, and then both wait for ever. So the thread is ended before.
 */
final class Eviction {
    private static final System.Logger LOG = System.getLogger(Eviction.class.getName());
    private static final String FIELD = "cacheEviction";

    private Eviction() {}

    /** Ends the thread; returns when it has. */
    static void end(RaftLog log) {
        AwaitToRun thread = of(log);
        if (thread != null) {
            thread.close();
        }
    }

    /** The thread of a log; null when it is kept otherwise, as another release of Ratis may. */
    static @Nullable AwaitToRun of(RaftLog log) {
        try {
            Field field = log.getClass().getDeclaredField(FIELD);
            field.setAccessible(true);
            return field.get(log) instanceof AwaitToRun thread ? thread : null;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "The log's thread for its memory is not known", e);
            return null;
        }
    }
}
