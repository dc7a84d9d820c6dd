package io.echelon.kvstore;

/** A watch that is on. Closing it twice is closing it once. */
public interface KvSubscription extends AutoCloseable {
    /** Ends the watch; a call to its watcher that has begun may still be running. */
    @Override
    void close();
}
