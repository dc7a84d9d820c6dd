package io.echelon.edgeruntime;

import io.echelon.tenants.DomainRecord.Plain;
import org.jspecify.annotations.Nullable;

/**
 * A verified host of a tenant's own, with all that a request needs looked up already.
 *
 * @param production the host below the base domain that leads to the same app
 * @param plain what is answered without TLS
 * @param hsts what browsers are told of coming by TLS alone; null when they are told nothing
 * @param certificate its own; null when it has none
 * @param challenges who answers what certificate authorities look for
 */
record CustomDomain(
        String host,
        String production,
        Plain plain,
        @Nullable CharSequence hsts,
        @Nullable HostCertificate certificate,
        Challenges challenges) {

    /** Who answers what certificate authorities look for. */
    enum Challenges {
        /** The platform, which gets the host its certificate. */
        PLATFORM,
        /** The app, as anything else. */
        APP
    }

    /**
     * Finds hosts.
     *
     * <p><b>Thread safety.</b> Called from every event loop at once; does not block.
     */
    interface Lookup {
        /** No host is anybody's own. */
        Lookup NONE = host -> null;

        /**
         * The host of a name; null when it is nobody's own.
         *
         * @param host in lower case, without a port
         */
        @Nullable CustomDomain find(String host);
    }
}
