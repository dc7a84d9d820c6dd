package io.echelon.deploycli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Finds out, before anything is started, which ports are in use, and which are free. */
final class Ports {
    private static final int CHOSEN_FROM = 20_000;
    private static final int CHOSEN_TO = 32_000;
    private static final int TRIES = 1_000;

    private Ports() {}

    static void requireFree(PlatformOptions options) {
        Map<Integer, String> wanted = new LinkedHashMap<>();
        List<String> busy = new ArrayList<>();
        for (int node = 1; node <= options.nodes(); node++) {
            want(wanted, options.httpOf(node), "--http");
            want(wanted, options.httpsOf(node), "--https");
        }
        want(wanted, options.control(), "--control");
        for (int node = 1; node <= options.nodes(); node++) {
            want(wanted, options.clusterOf(node), "--cluster");
        }
        wanted.forEach(
                (port, option) -> {
                    HostPort cluster = options.cluster();
                    String address =
                            cluster != null && option.equals("--cluster")
                                    ? cluster.host()
                                    : options.bind();
                    if (!free(option, address, port)) {
                        busy.add("%d (%s)".formatted(port, option));
                    }
                });
        if (!busy.isEmpty()) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s %s %s in use on %s: choose another, or 0 for any free one"
                            .formatted(
                                    busy.size() == 1 ? "Port" : "Ports",
                                    String.join(", ", busy),
                                    busy.size() == 1 ? "is" : "are",
                                    options.bind()));
        }
    }

    /**
     * Ports that are free now at all of the addresses, each another one. They are none that the
     * system gives to connections, so that they stay free while a process is started again.
     */
    static List<Integer> choose(Set<String> addresses, int count) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < TRIES && chosen.size() < count; i++) {
            int port = ThreadLocalRandom.current().nextInt(CHOSEN_FROM, CHOSEN_TO);
            if (!chosen.contains(port)
                    && addresses.stream().allMatch(address -> free("--bind", address, port))) {
                chosen.add(port);
            }
        }
        if (chosen.size() < count) {
            throw new CliException(
                    ExitCode.FAILED,
                    "No %d free ports were found from %d to %d on %s"
                            .formatted(
                                    count,
                                    CHOSEN_FROM,
                                    CHOSEN_TO,
                                    String.join(" and ", addresses)));
        }
        return chosen;
    }

    private static void want(Map<Integer, String> wanted, int port, String option) {
        if (port == 0) {
            return;
        }
        String other = wanted.putIfAbsent(port, option);
        if (other != null) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "%s and %s would both have port %d; choose ports further apart"
                            .formatted(other, option, port));
        }
    }

    private static boolean free(String option, String bind, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
            return true;
        } catch (UnknownHostException e) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "%s \"%s\" is no address of this machine".formatted(option, bind),
                    e);
        } catch (IOException e) {
            return false;
        }
    }
}
