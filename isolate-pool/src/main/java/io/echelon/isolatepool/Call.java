package io.echelon.isolatepool;

/** A call under way. */
public interface Call {
    /**
     * Says that the caller left: the guest's {@code request.signal} fires and the call ends as
     * {@code canceled}. Repeated calls do nothing.
     */
    void cancel();
}
