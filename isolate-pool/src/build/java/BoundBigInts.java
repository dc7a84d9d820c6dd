import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/**
 * Bounds GraalJS's BigInts: their arithmetic and their reading of text go through {@code
 * BoundBigInteger}, which is compiled and laid beside the engine's own classes.
 */
final class BoundBigInts implements Rewriting {
    private static final String PACKAGE = "com/oracle/truffle/js/runtime/";

    /** The class that checks. */
    static final String HELPER = PACKAGE + "BoundBigInteger";

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
    private static final ClassDesc BOUND_BIG_INTEGER = ClassDesc.of(HELPER.replace('/', '.'));

    private int calls;

    @Override
    public boolean concerns(String name) {
        return REWRITTEN.contains(name);
    }

    @Override
    public int changes() {
        return calls;
    }

    @Override
    public String done() {
        return calls + " calls of Java's BigInteger are bounded";
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        return classFile.transformClass(
                classFile.parse(content), ClassTransform.transformingMethodBodies(this::rewrite));
    }

    private void rewrite(CodeBuilder code, CodeElement element) {
        if (!(element instanceof InvokeInstruction call)
                || !call.owner().asSymbol().equals(BIG_INTEGER)) {
            code.with(element);
            return;
        }
        String name = call.name().stringValue();
        MethodTypeDesc type = call.typeSymbol();
        if (name.equals(ConstantDescs.INIT_NAME)
                && type.parameterType(0).equals(ConstantDescs.CD_String)) {
            calls++;
            checkText(code, type.parameterCount());
            code.with(element);
        } else if (BOUND.contains(name)) {
            calls++;
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
