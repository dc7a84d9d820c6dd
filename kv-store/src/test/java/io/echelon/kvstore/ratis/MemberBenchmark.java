package io.echelon.kvstore.ratis;

import io.echelon.kvstore.StoreBenchmark;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A program that is one of several replicas, and measures when it leads: it reads lines such as
 * {@code commit 64 4}, what clients do, how many they are and for how many seconds, and prints a
 * line for each, {@code follows} or the calls a second and the milliseconds of the median and the
 * slowest hundredth. Arguments: folder, its name, and every member as {@code name=host:port}. It
 * ends with its input.
 */
final class MemberBenchmark {
    private static final UUID GROUP = UUID.fromString("00000000-0000-4000-8000-000000000004");

    private MemberBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<Member> members = Group3.members(List.of(args).subList(2, args.length));
        Member self = Group3.member(members, args[1]);
        RatisOptions options =
                RatisOptions.of(RocksOptions.of(Path.of(args[0])), GROUP, self, members, null);
        try (RatisKvStore store = RatisKvStore.open(options)) {
            StoreBenchmark benchmark = new StoreBenchmark(store);
            BufferedReader input =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                System.out.println(
                        self.id().equals(store.leader()) ? measured(benchmark, line) : "follows");
            }
        }
    }

    private static String measured(StoreBenchmark benchmark, String line)
            throws InterruptedException {
        String[] words = line.split(" ", -1);
        StoreBenchmark.Figures figures =
                benchmark.measure(words[0], Integer.parseInt(words[1]), Long.parseLong(words[2]));
        return "%d %.3f %.3f"
                .formatted(figures.perSecond(), figures.p50Millis(), figures.p99Millis());
    }
}
