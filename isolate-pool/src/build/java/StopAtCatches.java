import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets a guest be stopped where it catches something. The engine looks for orders to stop where a
 * function returns and in loops; a guest that calls itself again wherever a call fails reaches
 * neither, and at the end of its stack there is no room to carry an order out either: what does not
 * fit becomes a RangeError that it may catch. Wherever GraalJS catches what a guest may throw, or a
 * {@code StackOverflowError}, it asks first whether the guest is to stop, and then throws it on.
 */
final class StopAtCatches implements Rewriting {
    static final String HELPER = "com/oracle/truffle/api/Catches";

    private static final ClassDesc CATCHES = ClassDesc.of(HELPER.replace('/', '.'));
    private static final Set<String> CAUGHT_TYPES =
            Set.of(
                    "java/lang/StackOverflowError",
                    "com/oracle/truffle/api/exception/AbstractTruffleException");
    private static final MethodTypeDesc CAUGHT =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Throwable);

    private int handlers;

    @Override
    public boolean concerns(String name) {
        return name.startsWith("com/oracle/truffle/js/");
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        int before = handlers;
        byte[] changed =
                classFile.transformClass(
                        classFile.parse(content),
                        ClassTransform.transformingMethodBodies(
                                CodeTransform.ofStateful(Handlers::new)));
        return handlers == before ? content : changed;
    }

    @Override
    public String done() {
        return handlers + " catches let guests be stopped";
    }

    @Override
    public int changes() {
        return handlers;
    }

    /** One method: remembers where its handlers begin, of which it is told first. */
    private final class Handlers implements CodeTransform {
        private final Set<Label> known = new HashSet<>();

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof ExceptionCatch caught
                    && caught.catchType()
                            .filter(type -> CAUGHT_TYPES.contains(type.asInternalName()))
                            .isPresent()) {
                known.add(caught.handler());
            }
            code.with(element);
            if (element instanceof LabelTarget target && known.contains(target.label())) {
                handlers++;
                code.dup().invokestatic(CATCHES, "caught", CAUGHT);
            }
        }
    }
}
