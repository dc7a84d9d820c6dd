import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Makes each call of a guest's function reach a safepoint when it begins. The engine has one where
 * a function returns, but a recursion that calls itself again in {@code finally} never returns near
 * the end of the stack: there every call throws, and the tree of calls has 2 to the power of some
 * ten thousand of them. With a safepoint at its beginning a call near the end of the stack fails at
 * once when the guest is to be stopped, and the first one that has room for it carries that out.
 */
final class PollCalls implements Rewriting {
    private static final String CLASS =
            "com/oracle/truffle/js/runtime/JavaScriptRealmBoundaryRootNode.class";
    private static final ClassDesc SAFEPOINT =
            ClassDesc.of("com.oracle.truffle.api.TruffleSafepoint");
    private static final MethodTypeDesc POLL =
            MethodTypeDesc.of(
                    ConstantDescs.CD_void, ClassDesc.of("com.oracle.truffle.api.nodes.Node"));

    private int polls;

    @Override
    public boolean concerns(String name) {
        return name.equals(CLASS);
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        return classFile.transformClass(
                classFile.parse(content),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString("execute"), new Beginning()));
    }

    @Override
    public String done() {
        return polls + " kinds of calls poll for safepoints";
    }

    @Override
    public int changes() {
        return polls;
    }

    /** Puts a poll before a method's first instruction. */
    private final class Beginning implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            polls++;
            code.aload(0).invokestatic(SAFEPOINT, "poll", POLL);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
