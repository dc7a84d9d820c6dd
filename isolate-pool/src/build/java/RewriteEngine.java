import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Rewrites the engine's jars where a hostile guest could escape its quotas: {@link PollLoops},
 * {@link BoundBigInts}, {@link BoundCollation}, {@link AnnounceArrays}, {@link ShowParsing}, {@link
 * OwnSymbols} and {@link ForgetSizes} say what is changed and why.
 *
 * <p>Run by the build on the folder of GraalVM jars; does nothing to a jar that was done before.
 * Arguments: that folder, and the folder of this file.
 */
public final class RewriteEngine {
    private static final String MARK = "META-INF/rewritten-by-echelon-2";

    /** What is done to a jar, and the classes that are laid into it. */
    private record Job(List<Rewriting> rewritings, List<String> helpers) {}

    private static final Map<String, Job> JOBS =
            Map.of(
                    "truffle-api-",
                    new Job(List.of(new ForgetSizes()), List.of(AnnounceArrays.HELPER)),
                    "js-language-",
                    new Job(
                            List.of(
                                    new PollLoops(),
                                    new BoundBigInts(),
                                    new BoundCollation(),
                                    new AnnounceArrays(
                                            "com/oracle/truffle/js/runtime/array/",
                                            "com/oracle/truffle/js/runtime/builtins/JSArray",
                                            "com/oracle/truffle/js/runtime/util/SimpleArrayList",
                                            "com/oracle/truffle/js/builtins/"),
                                    new ShowParsing(),
                                    new OwnSymbols()),
                            List.of(
                                    BoundBigInts.HELPER,
                                    BoundCollation.HELPER,
                                    ShowParsing.HELPER)),
                    "wasm-language-",
                    new Job(
                            List.of(new AnnounceArrays("org/graalvm/wasm/memory/ByteArray")),
                            List.of()));

    private final ClassFile classFile;
    private final Helpers helpers;

    private RewriteEngine(ClassLoader jars, Helpers helpers) {
        this.helpers = helpers;
        classFile =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(jars)
                                        .orElse(ClassHierarchyResolver.defaultResolver())
                                        .cached()));
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        List<Path> jars;
        try (Stream<Path> files = Files.list(folder)) {
            jars = files.filter(RewriteEngine::isJar).toList();
        }
        URL[] addresses = new URL[jars.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = jars.get(i).toUri().toURL();
        }
        try (URLClassLoader loader = new URLClassLoader(addresses, null)) {
            RewriteEngine engine =
                    new RewriteEngine(loader, new Helpers(Path.of(arguments[1]), jars));
            for (Path jar : jars) {
                for (Map.Entry<String, Job> job : JOBS.entrySet()) {
                    if (jar.getFileName().toString().startsWith(job.getKey())) {
                        engine.rewrite(jar, job.getValue());
                    }
                }
            }
        }
    }

    /** Whether a file is one of the jars, and not what a build that was interrupted left. */
    private static boolean isJar(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".");
    }

    private void rewrite(Path jar, Job job) throws IOException {
        Path made = jar.resolveSibling("." + jar.getFileName());
        try (JarFile before = new JarFile(jar.toFile())) {
            if (before.getEntry(MARK) != null) {
                return;
            }
            try (JarOutputStream after = new JarOutputStream(Files.newOutputStream(made))) {
                for (JarEntry entry : before.stream().toList()) {
                    byte[] content = before.getInputStream(entry).readAllBytes();
                    write(after, entry.getName(), changed(entry.getName(), content, job));
                }
                for (String helper : job.helpers()) {
                    write(after, helper + ".class", helpers.compile(helper));
                }
                write(after, MARK, new byte[0]);
            }
        }
        List<String> done = new ArrayList<>();
        for (Rewriting rewriting : job.rewritings()) {
            if (rewriting.changes() == 0) {
                throw new IOException("nothing to change in " + jar + ": " + rewriting.done());
            }
            done.add(rewriting.done());
        }
        Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        System.out.println(jar.getFileName() + ": " + String.join(", ", done));
    }

    private byte[] changed(String name, byte[] content, Job job) {
        byte[] changed = content;
        for (Rewriting rewriting : job.rewritings()) {
            if (name.endsWith(".class") && rewriting.concerns(name)) {
                changed = rewriting.rewrite(classFile, changed);
            }
        }
        return changed;
    }

    private static void write(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTime(0);
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }
}
