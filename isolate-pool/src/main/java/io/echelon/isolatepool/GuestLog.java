package io.echelon.isolatepool;

import io.echelon.tenants.LogLevel;

/**
 * Where a guest's console, uncaught errors and the platform's remarks on it go.
 *
 * <p><b>Thread safety.</b> Lines come from any thread. Writing must not block.
 */
public interface GuestLog {
    /** Takes a line; the pool has already cut it to the limits of lines and size. */
    void write(GuestIdentity guest, LogLevel level, String message);
}
