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
 * Lets a guest be stopped at the end of its stack. There is no room there to carry out the order to
 * stop, and what does not fit becomes a RangeError that the guest may catch: one that calls itself
 * again in {@code finally} would be near the end of its stack for ever. Wherever GraalJS catches a
 * {@code StackOverflowError} it asks first whether the guest is to stop, and then throws it on.
 */
final class StopAtStackEnds implements Rewriting {
    static final String HELPER = "com/oracle/truffle/api/StackEnds";

    private static final ClassDesc STACK_ENDS = ClassDesc.of(HELPER.replace('/', '.'));
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
        return handlers + " catches of a full stack let guests be stopped";
    }

    @Override
    public int changes() {
        return handlers;
    }

    /** One method: remembers where its handlers begin, of which it is told first. */
    private final class Handlers implements CodeTransform {
        private final Set<Label> ofFullStacks = new HashSet<>();

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof ExceptionCatch caught
                    && caught.catchType()
                            .filter(type -> type.asInternalName().endsWith("/StackOverflowError"))
                            .isPresent()) {
                ofFullStacks.add(caught.handler());
            }
            code.with(element);
            if (element instanceof LabelTarget target && ofFullStacks.contains(target.label())) {
                handlers++;
                code.dup().invokestatic(STACK_ENDS, "caught", CAUGHT);
            }
        }
    }
}
