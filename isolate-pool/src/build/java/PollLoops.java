import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Makes the loops of GraalJS's built-ins reach safepoints, so that a guest inside one can be
 * stopped and measured: before each backward jump it inserts a call of {@code
 * TruffleSafepoint.poll}. The loops of guest code have them anyway; those of a built-in such as
 * {@code Array.prototype.indexOf} have none, and one over 2^53 elements would keep its thread for
 * ever. What has no loop of its own to poll in, the arithmetic of BigInts, is bounded instead.
 *
 * <p>Run by the build on the folder of GraalVM jars; does nothing to a jar that was done before.
 * Arguments: that folder, and the folder of this file.
 */
public final class PollLoops {
    private static final String MARK = "META-INF/loops-polled-and-bigints-bound";

    /** Built-ins, and what their loops are made of; not the engine's own data structures. */
    private static final List<String> FOLDERS =
            List.of(
                    "com/oracle/truffle/js/builtins/",
                    "com/oracle/truffle/js/nodes/access/ForEachIndex",
                    "com/oracle/truffle/js/nodes/array/",
                    "com/oracle/truffle/js/nodes/binary/JSExponentiate",
                    "com/oracle/truffle/js/nodes/cast/JSToObjectArray",
                    "com/oracle/truffle/js/runtime/JSONParser",
                    "com/oracle/truffle/js/runtime/builtins/JSArray",
                    "com/oracle/truffle/js/runtime/builtins/JSAbstractArray");

    private static final ClassDesc SAFEPOINT =
            ClassDesc.of("com.oracle.truffle.api.TruffleSafepoint");
    private static final MethodTypeDesc POLL =
            MethodTypeDesc.of(
                    ConstantDescs.CD_void, ClassDesc.of("com.oracle.truffle.api.nodes.Node"));

    private final ClassFile classFile;
    private int polls;

    private PollLoops(ClassLoader jars) {
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
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        URL[] addresses = new URL[jars.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = jars.get(i).toUri().toURL();
        }
        try (URLClassLoader loader = new URLClassLoader(addresses, null)) {
            for (Path jar : jars) {
                if (jar.getFileName().toString().startsWith("js-language-")) {
                    byte[] helper = BoundBigInts.compileHelper(Path.of(arguments[1]), jars);
                    new PollLoops(loader).rewrite(jar, helper);
                }
            }
        }
    }

    private void rewrite(Path jar, byte[] helper) throws IOException {
        Path made = jar.resolveSibling("." + jar.getFileName());
        try (JarFile before = new JarFile(jar.toFile())) {
            if (before.getEntry(MARK) != null) {
                return;
            }
            try (JarOutputStream after = new JarOutputStream(Files.newOutputStream(made))) {
                for (JarEntry entry : before.stream().toList()) {
                    byte[] content = before.getInputStream(entry).readAllBytes();
                    write(after, entry, changed(entry.getName(), content));
                }
                write(after, new JarEntry(BoundBigInts.helper()), helper);
                write(after, new JarEntry(MARK), new byte[0]);
            }
        }
        if (polls == 0) {
            throw new IOException("no loop was found in " + jar.getFileName());
        }
        Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        System.out.println(polls + " loops of " + jar.getFileName() + " poll for safepoints");
    }

    private byte[] changed(String name, byte[] content) {
        if (BoundBigInts.concerns(name)) {
            return BoundBigInts.bound(classFile, content);
        }
        return isBuiltIn(name) ? poll(content) : content;
    }

    private static boolean isBuiltIn(String name) {
        return name.endsWith(".class") && FOLDERS.stream().anyMatch(name::startsWith);
    }

    private static void write(JarOutputStream jar, JarEntry entry, byte[] content)
            throws IOException {
        JarEntry copy = new JarEntry(entry.getName());
        copy.setTime(0);
        jar.putNextEntry(copy);
        jar.write(content);
        jar.closeEntry();
    }

    private byte[] poll(byte[] content) {
        int before = polls;
        byte[] changed =
                classFile.transformClass(
                        classFile.parse(content),
                        ClassTransform.transformingMethodBodies(
                                method -> !method.methodName().equalsString("<clinit>"),
                                CodeTransform.ofStateful(Loops::new)));
        return polls == before ? content : changed;
    }

    /** One method: remembers the labels that it has passed, to know a jump that goes back. */
    private final class Loops implements CodeTransform {
        private final Set<Label> passed = new HashSet<>();

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof LabelTarget target) {
                passed.add(target.label());
            }
            if (element instanceof BranchInstruction branch && passed.contains(branch.target())) {
                polls++;
                code.aconst_null().invokestatic(SAFEPOINT, "poll", POLL);
            }
            code.with(element);
        }
    }
}
