import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Makes the folder of GraalVM jars that nodes run with, out of the published ones. The engine's are
 * rewritten where a hostile guest could escape its quotas: {@link PollLoops}, {@link
 * StopAtCatches}, {@link BoundBigInts}, {@link BoundCollation}, {@link AnnounceArrays}, {@link
 * ShowParsing}, {@link OwnSymbols} and {@link ForgetSizes} say what is changed and why.
 *
 * <p>Run by the build; does nothing to a jar that these same programs made before, and removes jars
 * of versions that are not used any more. Arguments: the folder of the published jars, the folder
 * that is made, and the folder of this file.
 */
public final class RewriteEngine {
    /** In it stands by which programs a jar was made. */
    private static final String MARK = "META-INF/rewritten-by-echelon";

    /** What is done to a jar, and the classes that are laid into it. */
    private record Job(List<Rewriting> rewritings, List<String> helpers) {}

    private static final Map<String, Job> JOBS =
            Map.of(
                    "truffle-api-",
                    new Job(
                            List.of(new ForgetSizes()),
                            List.of(AnnounceArrays.HELPER, StopAtCatches.HELPER)),
                    "js-language-",
                    new Job(
                            List.of(
                                    new PollLoops(),
                                    new StopAtCatches(),
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
    private final byte[] programs;

    private RewriteEngine(ClassLoader jars, Helpers helpers, byte[] programs) {
        this.helpers = helpers;
        this.programs = programs;
        classFile =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(jars)
                                        .orElse(ClassHierarchyResolver.defaultResolver())
                                        .cached()));
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        Path sources = Path.of(arguments[2]);
        List<Path> jars = jars(Path.of(arguments[0]));
        for (Path old : jars(folder)) {
            if (jars.stream().noneMatch(jar -> jar.getFileName().equals(old.getFileName()))) {
                Files.delete(old);
            }
        }
        URL[] addresses = new URL[jars.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = jars.get(i).toUri().toURL();
        }
        try (URLClassLoader loader = new URLClassLoader(addresses, null)) {
            RewriteEngine engine =
                    new RewriteEngine(loader, new Helpers(sources, jars), digest(sources));
            for (Path jar : jars) {
                Path target = folder.resolve(jar.getFileName());
                Job job = job(jar);
                if (job != null) {
                    engine.rewrite(jar, target, job);
                } else if (!Files.exists(target) || Files.size(target) != Files.size(jar)) {
                    Files.copy(jar, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** The jars of a folder, without what a build that was interrupted left. */
    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    /** What is to be done to a jar; null when it stays as it is. */
    private static Job job(Path jar) {
        for (Map.Entry<String, Job> job : JOBS.entrySet()) {
            if (jar.getFileName().toString().startsWith(job.getKey())) {
                return job.getValue();
            }
        }
        return null;
    }

    /** A hash of the programs that rewrite. */
    private static byte[] digest(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(sources.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            return HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private boolean isMade(Path jar) throws IOException {
        if (!Files.exists(jar)) {
            return false;
        }
        try (JarFile made = new JarFile(jar.toFile())) {
            JarEntry mark = made.getJarEntry(MARK);
            return mark != null
                    && Arrays.equals(made.getInputStream(mark).readAllBytes(), programs);
        }
    }

    private void rewrite(Path jar, Path target, Job job) throws IOException {
        if (isMade(target)) {
            return;
        }
        Path made = target.resolveSibling("." + target.getFileName());
        try (JarFile before = new JarFile(jar.toFile())) {
            try (JarOutputStream after = new JarOutputStream(Files.newOutputStream(made))) {
                for (JarEntry entry : before.stream().toList()) {
                    byte[] content = before.getInputStream(entry).readAllBytes();
                    write(after, entry.getName(), changed(entry.getName(), content, job));
                }
                for (String helper : job.helpers()) {
                    write(after, helper + ".class", helpers.compile(helper));
                }
                write(after, MARK, programs);
            }
        }
        List<String> done = new ArrayList<>();
        for (Rewriting rewriting : job.rewritings()) {
            if (rewriting.changes() == 0) {
                throw new IOException("nothing to change in " + jar + ": " + rewriting.done());
            }
            done.add(rewriting.done());
        }
        Files.move(
                made, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
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
