import java.lang.classfile.ClassFile;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the loops of GraalJS's built-ins reach safepoints, so that a guest inside one can be
 * stopped and measured: before each backward jump it inserts a call of {@code
 * TruffleSafepoint.poll}. The loops of guest code have them anyway; those of a built-in such as
 * {@code Array.prototype.indexOf} have none, and one over 2^53 elements would keep its thread for
 * ever.
 */
final class PollLoops implements Rewriting {
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

    private int polls;

    @Override
    public boolean concerns(String name) {
        return FOLDERS.stream().anyMatch(name::startsWith);
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        int before = polls;
        byte[] changed =
                classFile.transformClass(
                        classFile.parse(content),
                        ClassTransform.transformingMethodBodies(
                                method -> !method.methodName().equalsString("<clinit>"),
                                CodeTransform.ofStateful(Loops::new)));
        return polls == before ? content : changed;
    }

    @Override
    public String done() {
        return polls + " loops poll for safepoints";
    }

    @Override
    public int changes() {
        return polls;
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
