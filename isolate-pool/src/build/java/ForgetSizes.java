import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;

/**
 * Lets each measurement of a heap begin with a small set of visited objects. The engine begins with
 * the capacity that the largest heap before needed: after one guest of some million objects, every
 * measurement of any guest took 64 MB and more.
 */
final class ForgetSizes implements Rewriting {
    private int forgotten;

    @Override
    public boolean concerns(String name) {
        return name.equals("com/oracle/truffle/polyglot/ObjectSizeCalculator.class");
    }

    @Override
    public int changes() {
        return forgotten;
    }

    @Override
    public String done() {
        return forgotten + " places forget the size of the largest heap";
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        return classFile.transformClass(
                classFile.parse(content),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString("calculateObjectSize"),
                        (CodeTransform) this::forget));
    }

    private void forget(CodeBuilder code, CodeElement element) {
        if (element instanceof FieldInstruction field
                && field.opcode() == Opcode.PUTFIELD
                && field.name().equalsString("alreadyVisitedInitialCapacity")) {
            forgotten++;
            code.pop2(); // the calculator and the capacity
        } else {
            code.with(element);
        }
    }
}
