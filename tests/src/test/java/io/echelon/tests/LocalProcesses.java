package io.echelon.tests;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What programs need that start others on this machine. */
final class LocalProcesses {
    private static final int STOP_SECONDS = 10;
    private static final int PORT_MIN = 10_000;
    private static final int PORT_MAX = 32_000;

    private LocalProcesses() {}

    /** Ports of this machine that nobody listens on, below those that it gives to connections. */
    static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        while (sockets.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try {
                sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
            } catch (BindException taken) {
                // Another one.
            }
        }
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    /** Ends processes, at first with SIGTERM. */
    static void end(List<Process> processes) {
        processes.forEach(Process::destroy);
        try {
            for (Process process : processes) {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            processes.forEach(Process::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
