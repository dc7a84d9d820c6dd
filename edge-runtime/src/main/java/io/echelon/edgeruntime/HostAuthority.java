package io.echelon.edgeruntime;

import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who vouches for this node's public hosts.
 *
 * <p><b>Failure.</b> {@link io.echelon.tenants.EchelonException} UNAVAILABLE when it cannot be
 * asked now.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
interface HostAuthority {
    /** A certificate of a server for names, valid for thirty days. */
    X509Certificate issue(List<String> names, PublicKey publicKey);

    /** The authority's own. */
    X509Certificate certificate();

    /** The file with the authority's certificate, for those who want to trust it. */
    Path file();
}
