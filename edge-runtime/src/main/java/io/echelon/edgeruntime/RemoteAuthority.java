package io.echelon.edgeruntime;

import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The platform's authority as a node has it that joined from another machine: it asks a node that
 * has the authority's key. After a failure, and beyond {@value #BURST} certificates at once and
 * {@value #PER_SECOND} a second, it is not asked, since whoever begins a handshake waits for it.
 */
final class RemoteAuthority implements HostAuthority, AutoCloseable {
    private static final int BURST = 100;
    private static final int PER_SECOND = 10;
    private static final long PAUSE_NANOS = 5_000_000_000L;
    private static final double NANOS = 1e9;

    private final ClusterClient client;
    private final X509Certificate authority;
    private final Path file;
    private final LongSupplier nanos;
    private double allowance = BURST;
    private long counted;
    private long pausedUntil;

    /**
     * @param nanos {@link System#nanoTime}
     */
    RemoteAuthority(
            ClusterClient client, X509Certificate authority, Path file, LongSupplier nanos) {
        this.client = client;
        this.authority = authority;
        this.file = file;
        this.nanos = nanos;
        this.counted = nanos.getAsLong();
        this.pausedUntil = counted;
    }

    @Override
    public X509Certificate issue(List<String> names, PublicKey publicKey) {
        if (!mayAsk()) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "The platform's authority is not asked so often");
        }
        try {
            String pem =
                    client.post(
                                    ClusterRoutes.HOSTS,
                                    new ClusterRoutes.HostsRequest(
                                            names,
                                            Base64.getEncoder()
                                                    .encodeToString(publicKey.getEncoded())),
                                    ClusterRoutes.Issued.class)
                            .certificate();
            X509Certificate issued = ClusterTls.certificate(pem);
            if (!issued.getPublicKey().equals(publicKey)) {
                throw new CertificateException("It is for another key");
            }
            return issued;
        } catch (CertificateException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "The platform's authority answered with nonsense", e);
        } catch (EchelonException e) {
            pause();
            throw e;
        }
    }

    private synchronized void pause() {
        pausedUntil = nanos.getAsLong() + PAUSE_NANOS;
    }

    private synchronized boolean mayAsk() {
        long now = nanos.getAsLong();
        allowance = Math.min(BURST, allowance + (now - counted) / NANOS * PER_SECOND);
        counted = now;
        if (allowance < 1 || now - pausedUntil < 0) {
            return false;
        }
        allowance--;
        return true;
    }

    @Override
    public X509Certificate certificate() {
        return authority;
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public void close() {
        client.close();
    }
}
