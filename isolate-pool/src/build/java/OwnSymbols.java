import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;

/**
 * Bounds what {@code Symbol.for} leaves in the engine. Its registry is shared by all contexts and
 * never forgets: one guest could fill the heap for good, and every other guest was charged with
 * what it had left there. Now a guest has a registry of its own for all but a first thousand short
 * keys.
 */
final class OwnSymbols implements Rewriting {
    private static final String NODES =
            "com/oracle/truffle/js/builtins/SymbolFunctionBuiltins$Symbol";
    private static final ClassDesc NOTES = ClassDesc.of(ShowParsing.HELPER.replace('/', '.'));

    private int led;

    @Override
    public boolean concerns(String name) {
        return name.equals(NODES + "ForNode.class") || name.equals(NODES + "KeyForNode.class");
    }

    @Override
    public int changes() {
        return led;
    }

    @Override
    public String done() {
        return led + " uses of the registry of symbols are bounded";
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        return classFile.transformClass(
                classFile.parse(content),
                ClassTransform.transformingMethodBodies((CodeTransform) this::lead));
    }

    private void lead(CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call
                && call.name().equalsString("getOrCreateSymbol")) {
            led++;
            code.invokestatic(NOTES, "symbolFor", call.typeSymbol());
        } else if (element instanceof InvokeInstruction call
                && call.name().equalsString("getKeyFor")) {
            led++;
            code.invokestatic(NOTES, "keyFor", call.typeSymbol());
        } else {
            code.with(element);
        }
    }
}
