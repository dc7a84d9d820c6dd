package io.echelon.controlplane;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Calls the API once itself when the process has started: the first call of each kind loads classes
 * for half a second, and that is not for a user to wait for.
 */
final class FirstCalls {
    private static final Logger LOG = Logger.getLogger(FirstCalls.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A hash that no file has, so that nothing but the question is stored or found. */
    private static final String QUESTION = "{\"sha256\":[\"%s\"]}".formatted("0".repeat(64));

    private FirstCalls() {}

    /** Begins in the background; what fails is left to the user's own call to say. */
    static void make(String address, Settings settings) {
        Thread.ofVirtual().name("first-calls").start(() -> call(address, settings));
    }

    private static void call(String address, Settings settings) {
        String tenant = address + "/api/v1/tenants/default";
        try (HttpClient client = HttpClient.newHttpClient()) {
            String token = "Bearer " + Secrets.read(settings.ownerTokenFile());
            for (HttpRequest.Builder request :
                    List.of(
                            HttpRequest.newBuilder(URI.create(tenant + "/apps")),
                            HttpRequest.newBuilder(URI.create(tenant + "/blobs/missing"))
                                    .header("content-type", "application/json")
                                    .POST(BodyPublishers.ofString(QUESTION)))) {
                client.send(
                        request.header("authorization", token).timeout(PATIENCE).build(),
                        BodyHandlers.discarding());
            }
        } catch (IOException e) {
            LOG.debug("The first calls failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
