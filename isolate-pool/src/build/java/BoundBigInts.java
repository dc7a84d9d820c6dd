import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;

/**
 * Bounds GraalJS's BigInts: their arithmetic and their reading of text go through {@code
 * BoundBigInteger}, which is compiled and laid beside the engine's own classes.
 */
final class BoundBigInts {
    private static final String PACKAGE = "com/oracle/truffle/js/runtime/";
    private static final String NAME = PACKAGE + "BoundBigInteger";

    /** The engine's classes that compute with Java's numbers, or read them. */
    private static final Set<String> REWRITTEN =
            Set.of(
                    PACKAGE + "BigInt.class",
                    PACKAGE + "Strings.class",
                    "com/oracle/js/parser/Lexer.class");

    private static final Set<String> BOUND =
            Set.of(
                    "add",
                    "subtract",
                    "multiply",
                    "pow",
                    "shiftLeft",
                    "divide",
                    "remainder",
                    "mod",
                    "divideAndRemainder",
                    "toString");

    private static final ClassDesc BIG_INTEGER = ClassDesc.of("java.math.BigInteger");
    private static final ClassDesc BOUND_BIG_INTEGER = ClassDesc.of(NAME.replace('/', '.'));

    private BoundBigInts() {}

    static boolean concerns(String name) {
        return REWRITTEN.contains(name);
    }

    /** The name in the jar of the class that checks. */
    static String helper() {
        return NAME + ".class";
    }

    /**
     * Compiles the class that checks.
     *
     * @param sources the folder of this file
     * @param jars what it refers to
     */
    static byte[] compileHelper(Path sources, List<Path> jars) throws IOException {
        Path out = Files.createTempDirectory("bound-bigints");
        Path made = out.resolve(helper());
        try {
            String classPath =
                    String.join(
                            System.getProperty("path.separator"),
                            jars.stream().map(Path::toString).toList());
            int result =
                    ToolProvider.getSystemJavaCompiler()
                            .run(
                                    null,
                                    null,
                                    null,
                                    "-proc:none",
                                    "-d",
                                    out.toString(),
                                    "-cp",
                                    classPath,
                                    sources.resolve(NAME + ".java").toString());
            if (result != 0) {
                throw new IOException(NAME + " does not compile");
            }
            return Files.readAllBytes(made);
        } finally {
            for (Path path = made; path.startsWith(out); path = path.getParent()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** A class whose calls of Java's numbers are checked. */
    static byte[] bound(ClassFile classFile, byte[] content) {
        return classFile.transformClass(
                classFile.parse(content),
                ClassTransform.transformingMethodBodies(BoundBigInts::rewrite));
    }

    private static void rewrite(CodeBuilder code, CodeElement element) {
        if (!(element instanceof InvokeInstruction call)
                || !call.owner().asSymbol().equals(BIG_INTEGER)) {
            code.with(element);
            return;
        }
        String name = call.name().stringValue();
        MethodTypeDesc type = call.typeSymbol();
        if (name.equals(ConstantDescs.INIT_NAME)
                && type.parameterType(0).equals(ConstantDescs.CD_String)) {
            checkText(code, type.parameterCount());
            code.with(element);
        } else if (BOUND.contains(name)) {
            code.invokestatic(BOUND_BIG_INTEGER, name, type.insertParameterTypes(0, BIG_INTEGER));
        } else {
            code.with(element);
        }
    }

    /** Looks at the text on the stack, which the radix may follow. */
    private static void checkText(CodeBuilder code, int arguments) {
        if (arguments == 1) {
            code.dup();
        } else {
            code.dup2().pop();
        }
        code.invokestatic(
                BOUND_BIG_INTEGER,
                "check",
                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String));
    }
}
