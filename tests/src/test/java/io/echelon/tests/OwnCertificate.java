package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate that nobody else signed, and its private key, both in files of PEM.
 *
 * @param certificate what is to be trusted by who wants to meet its owner
 */
record OwnCertificate(Path certificate, Path key) {
    private static final String PASSWORD = "of a test";

    /** Makes one with the JDK's tool. */
    static OwnCertificate of(Path folder, String... hosts) throws Exception {
        Path file = folder.resolve("own.p12");
        Process made =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=own",
                                "-ext",
                                "SAN=dns:" + String.join(",dns:", hosts),
                                "-alias",
                                "own",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.log").toFile())
                        .start();
        assertThat(made.waitFor()).as("keytool").isZero();
        return read(folder, file);
    }

    private static OwnCertificate read(Path folder, Path file)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        byte[] key = store.getKey("own", PASSWORD.toCharArray()).getEncoded();
        return new OwnCertificate(
                pem(
                        folder.resolve("own.pem"),
                        "CERTIFICATE",
                        store.getCertificate("own").getEncoded()),
                pem(folder.resolve("own-key.pem"), "PRIVATE KEY", key));
    }

    private static Path pem(Path file, String what, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.write(
                file,
                List.of(
                        "-----BEGIN %s-----".formatted(what),
                        base64,
                        "-----END " + what + "-----"));
    }
}
