package io.echelon.tests;

import io.echelon.tests.Http2Load.Figures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Three replicas of the store as three processes without anything around them; the one that leads
 * has the clients in its own process. The property {@code echelon.bench.members} is the class path
 * of kv-store's tests.
 */
final class StoreMembers implements AutoCloseable {
    private static final List<String> NAMES = List.of("a", "b", "c");

    private final List<Member> members = new ArrayList<>();

    private record Member(Process process, BufferedReader output, PrintWriter input) {
        String ask(String question) throws IOException {
            input.println(question);
            input.flush();
            String answer = output.readLine();
            if (answer == null) {
                throw new IOException("A replica has ended; its log stands in its folder");
            }
            return answer;
        }
    }

    static StoreMembers start(Path folder) throws IOException {
        List<Integer> ports = LocalProcesses.freePorts(NAMES.size());
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            addresses.add("%s=127.0.0.1:%d".formatted(NAMES.get(i), ports.get(i)));
        }
        StoreMembers all = new StoreMembers();
        for (String name : NAMES) {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "--enable-native-access=ALL-UNNAMED",
                                    "--sun-misc-unsafe-memory-access=allow",
                                    "-XX:+UseParallelGC",
                                    "-Xmx1g",
                                    "-cp",
                                    System.getProperty("echelon.bench.members"),
                                    "io.echelon.kvstore.ratis.MemberBenchmark",
                                    folder.resolve("member-" + name).toString(),
                                    name));
            command.addAll(addresses);
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(folder.resolve("member-" + name + ".log").toFile())
                            .start();
            all.members.add(
                    new Member(
                            process,
                            process.inputReader(StandardCharsets.UTF_8),
                            new PrintWriter(process.outputWriter(StandardCharsets.UTF_8))));
        }
        return all;
    }

    /**
     * Has clients in the process of the leader do something for a time.
     *
     * @param what {@code commit}, {@code strong}, {@code eventual} or {@code list}
     */
    Figures run(String what, int clients, int seconds) throws IOException {
        for (int i = 0; ; i++) {
            Member member = members.get(i % members.size());
            String answer = member.ask("%s %d %d".formatted(what, clients, seconds));
            if (!answer.equals("follows")) {
                String[] figures = answer.split(" ", -1);
                return new Figures(
                        Double.parseDouble(figures[0]),
                        Double.parseDouble(figures[1]),
                        Double.parseDouble(figures[2]),
                        0,
                        0);
            }
        }
    }

    @Override
    public void close() {
        LocalProcesses.end(members.stream().map(Member::process).toList());
    }
}
