package io.echelon.controlplane;

/**
 * The platform's authority, whose key nodes have and the control plane has not.
 *
 * <p><b>Failure.</b> {@link io.echelon.tenants.EchelonException}: what is refused, or UNAVAILABLE
 * when no node that has the key answers.
 *
 * <p><b>Thread safety.</b> Any thread; blocks.
 */
interface NodeAuthority {
    /**
     * A certificate.
     *
     * @param certificate PEM
     * @param authority the authority's own, PEM
     * @param keySha256 of the public key that the certificate is for
     */
    record Issued(String certificate, String authority, String keySha256) {}

    /**
     * A certificate of a node that joins.
     *
     * @param csr PKCS #10 in PEM
     */
    Issued ofNode(String node, String csr);

    /**
     * A certificate of a part of the platform itself.
     *
     * @param publicKey an EC key as X.509 has it, in Base64
     */
    Issued ofPlatform(String publicKey);
}
