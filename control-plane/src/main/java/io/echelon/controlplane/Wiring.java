package io.echelon.controlplane;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What comes from outside: the clock. */
@Singleton
final class Wiring {
    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }
}
