package io.echelon.kvstore.ratis;

import io.echelon.kvstore.ratis.RatisOptions.Origin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@link ReplicaProgram} in a process of its own. Calls that it does not answer are "unknown".
 */
final class ReplicaProcess {
    private static final int START_SECONDS = 120;
    private static final String UNKNOWN = "unknown";

    private final Process process;
    private final PrintWriter input;
    private final Map<String, CompletableFuture<String>> calls = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final AtomicLong number = new AtomicLong();
    private volatile boolean over;

    private ReplicaProcess(Process process) {
        this.process = process;
        this.input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().name("replica-output").start(this::read);
    }

    static ReplicaProcess start(Path folder, String name, List<Member> members, Site site)
            throws IOException {
        return start(folder, name, members, site, Origin.EMPTY);
    }

    /** One that is no member yet, of members as they will be. */
    static ReplicaProcess join(Path folder, String name, List<Member> members, Site site)
            throws IOException {
        return start(folder, name, members, site, Origin.OTHERS);
    }

    private static ReplicaProcess start(
            Path folder, String name, List<Member> members, Site site, Origin origin)
            throws IOException {
        List<String> command = new ArrayList<>(site.prefix(name));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m"));
        command.addAll(site.options(name));
        command.add("-Dorigin=" + origin);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplicaProgram.class.getName(),
                        folder.resolve(name).toString(),
                        name));
        members.forEach(member -> command.add(member.id() + "=" + member.address()));
        return new ReplicaProcess(
                new ProcessBuilder(command)
                        .redirectError(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve(name + ".log").toFile()))
                        .start());
    }

    /** Waits until the replica takes calls; whether a majority does is another question. */
    ReplicaProcess awaitReady() throws IOException {
        try {
            ready.get(START_SECONDS, TimeUnit.SECONDS);
            return this;
        } catch (Exception e) {
            process.destroyForcibly();
            throw new IOException("A replica did not start", e);
        }
    }

    /** The answer to a call, or "unknown" when none comes within a time. */
    String call(String operation, int timeoutSeconds) {
        String id = Long.toString(number.incrementAndGet());
        CompletableFuture<String> answer = new CompletableFuture<>();
        calls.put(id, answer);
        synchronized (input) {
            input.println(id + " " + operation);
            input.flush();
        }
        if (over) {
            calls.remove(id);
            return UNKNOWN;
        }
        try {
            return answer.get(timeoutSeconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return UNKNOWN;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isOver() {
        return over;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** SIGSTOP or SIGCONT. */
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                int space = line.indexOf(' ');
                if (line.equals("ready")) {
                    ready.complete(null);
                } else if (space > 0) {
                    CompletableFuture<String> call = calls.remove(line.substring(0, space));
                    if (call != null) {
                        call.complete(line.substring(space + 1));
                    }
                }
            }
        } catch (IOException e) {
            // The process was killed in the middle of a line.
        }
        over = true;
        ready.completeExceptionally(new IOException("The replica ended"));
        calls.values().forEach(call -> call.complete(UNKNOWN));
    }
}
