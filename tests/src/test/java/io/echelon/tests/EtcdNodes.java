package io.echelon.tests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Three nodes of etcd on this machine, as its package has them, each with a folder of its own. */
final class EtcdNodes implements AutoCloseable {
    private static final int COUNT = 3;

    private final List<Process> processes = new ArrayList<>();
    private final List<URI> clients = new ArrayList<>();

    /** Starts them, and waits until they take commits. */
    static EtcdNodes start(Path folder) throws Exception {
        List<Integer> ports = LocalProcesses.freePorts(2 * COUNT);
        List<String> cluster = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            cluster.add("n%d=http://127.0.0.1:%d".formatted(i, ports.get(COUNT + i)));
        }
        EtcdNodes nodes = new EtcdNodes();
        for (int i = 0; i < COUNT; i++) {
            String client = "http://127.0.0.1:" + ports.get(i);
            String peer = "http://127.0.0.1:" + ports.get(COUNT + i);
            nodes.clients.add(URI.create(client));
            nodes.processes.add(
                    new ProcessBuilder(
                                    "etcd",
                                    "--name=n" + i,
                                    "--data-dir=" + folder.resolve("etcd-" + i),
                                    "--listen-client-urls=" + client,
                                    "--advertise-client-urls=" + client,
                                    "--listen-peer-urls=" + peer,
                                    "--initial-advertise-peer-urls=" + peer,
                                    "--initial-cluster=" + String.join(",", cluster),
                                    "--initial-cluster-state=new",
                                    "--quota-backend-bytes=8000000000",
                                    "--logger=zap",
                                    "--log-level=error")
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("etcd-" + i + ".log").toFile())
                            .start());
        }
        for (URI client : nodes.clients) {
            Until.holds(() -> isHealthy(client));
        }
        return nodes;
    }

    /** Where clients reach the nodes. */
    List<URI> clients() {
        return clients;
    }

    private static boolean isHealthy(URI node) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(node.resolve("/health")).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains("true");
        } catch (IOException starting) {
            return false;
        }
    }

    @Override
    public void close() {
        LocalProcesses.end(processes);
    }
}
