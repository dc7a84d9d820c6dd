package io.echelon.controlplane;

import io.echelon.tenants.LogLevel;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The configuration of a control plane. Each name is an environment variable with {@code ECHELON_}
 * in front; {@link Environment} refuses what is wrong before anything starts.
 */
@ConfigMapping(prefix = "echelon")
public interface Settings {
    /** Address to listen on. */
    @WithDefault("127.0.0.1")
    String bind();

    /** Port of the API, 0 to 65,535; 0 is any free one. */
    @WithDefault("7070")
    int controlPort();

    /** Internal addresses of the nodes that have the store; each has all of it. */
    List<URI> store();

    /** File with the secret that the platform's own parts show each other. */
    Path clusterSecretFile();

    /** File with the token that opens the API. */
    Path ownerTokenFile();

    /** File with the master keys; see {@link io.echelon.tenants.MasterKeys}. */
    Optional<Path> masterKeyFile();

    /** The master keys themselves, instead of their file. */
    Optional<String> masterKey();

    /** Domain below which apps are addressed. */
    @WithDefault("localhost")
    String baseDomain();

    /** Name servers to ask about domains, between commas; those of the machine unless set. */
    Optional<String> dns();

    /** The directory of the certificate authority to ask by ACME; none unless set. */
    Optional<URI> acme();

    /** Whom that authority may write to, an address of mail. */
    Optional<String> acmeContact();

    /** File with the roots, in PEM, of that authority's own certificate; the JDK's unless set. */
    Optional<Path> acmeCa();

    /** The outside provider by which members may sign in, as it calls itself; none unless set. */
    Optional<URI> oidcIssuer();

    /** What that provider calls this platform. */
    Optional<String> oidcClientId();

    /** File with the secret that this platform shows that provider; a public client has none. */
    Optional<Path> oidcClientSecretFile();

    /** The secret itself, instead of its file. */
    Optional<String> oidcClientSecret();

    /** What that provider is called on the page for signing in; its host unless set. */
    Optional<String> oidcName();

    /** File with the roots, in PEM, of that provider's own certificate; the JDK's unless set. */
    Optional<Path> oidcCa();

    /** Where browsers find the console; this machine unless set. */
    Optional<URI> consoleUrl();

    /** File with more settings; see {@link io.echelon.tenants.ProcessSettings}. */
    Optional<Path> configFile();

    /**
     * Where diagnostics are written on SIGUSR1; below the machine's temporary folder unless set.
     */
    Optional<Path> diagnostics();

    /** What is logged of the control plane itself: nothing below it. */
    @WithDefault("info")
    LogLevel logLevel();

    /** How long a node may take for a deployment before the deployment fails; 1 s to 1 h. */
    @WithDefault("60s")
    Duration deployDeadline();

    /** Process to live no longer than; none unless set. */
    OptionalLong parentPid();
}
