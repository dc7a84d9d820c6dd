package io.echelon.isolatepool;

/**
 * A named group of operations outside the isolate that a guest may start: {@code fetch}, {@code
 * kv}, …. What no binding offers, a guest cannot reach.
 *
 * <p><b>Thread safety.</b> {@link #open} may be called from any thread.
 */
public interface HostBinding {
    /** The name by which the platform inside the isolate knows the group. */
    String name();

    /** Begins the use by one isolate, which ends with {@link HostSession#close}. */
    HostSession open(GuestIdentity guest);
}
