package io.echelon.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM keeps after a full collection, as its own tools and the kernel tell.
 *
 * @param heapBytes live objects
 * @param metaspaceKb used by classes
 * @param codeKb used by compiled code
 * @param residentKb memory of the whole process
 * @param contexts polyglot contexts, one an isolate
 */
record Footprint(
        long heapBytes,
        long metaspaceKb,
        long codeKb,
        long residentKb,
        int threads,
        int openFiles,
        long contexts) {
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    /** What a collector that does not compact fills its gaps with. */
    private static final Pattern GAPS =
            Pattern.compile("\\d+\\s+(\\d+)\\s+\\[?L?jdk\\.internal\\.vm\\.Filler\\w+");

    private static final Pattern METASPACE = Pattern.compile("Metaspace\\s+used (\\d+)K");
    private static final Pattern CODE = Pattern.compile("size=\\d+Kb used=(\\d+)Kb");
    private static final Pattern CONTEXTS =
            Pattern.compile(
                    "\\s(\\d+)\\s+\\d+\\s+com\\.oracle\\.truffle\\.polyglot\\.PolyglotContextImpl(\\s|$)",
                    Pattern.MULTILINE);
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    static Footprint of(ProcessHandle process) throws IOException, InterruptedException {
        // The first collection clears what the second finds unreachable through references.
        var _ = jcmd(process, "GC.run");
        String histogram = jcmd(process, "GC.class_histogram");
        String metaspace = jcmd(process, "VM.metaspace");
        String code = jcmd(process, "Compiler.codecache");
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        return new Footprint(
                sum(TOTAL, histogram) - sum(GAPS, histogram),
                sum(METASPACE, metaspace),
                sum(CODE, code),
                sum(RESIDENT, Files.readString(proc.resolve("status"))),
                count(proc.resolve("task")),
                count(proc.resolve("fd")),
                sum(CONTEXTS, histogram));
    }

    /** The classes that keep most, for whoever looks for a leak. */
    static String histogram(ProcessHandle process) throws IOException, InterruptedException {
        return jcmd(process, "GC.class_histogram");
    }

    private static String jcmd(ProcessHandle process, String command)
            throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(List.of(JCMD.toString(), Long.toString(process.pid()), command))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd %s failed: %s".formatted(command, said));
        }
        return said;
    }

    private static long sum(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        long sum = 0;
        while (matcher.find()) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }

    private static int count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return (int) entries.count();
        }
    }

    @Override
    public String toString() {
        return "heap %,d KB · metaspace %,d KB · code %,d KB · resident %,d KB · %d threads · %d files · %d contexts"
                .formatted(
                        heapBytes >> 10,
                        metaspaceKb,
                        codeKb,
                        residentKb,
                        threads,
                        openFiles,
                        contexts);
    }
}
