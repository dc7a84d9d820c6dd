import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Bounds the texts that {@code localeCompare} and {@code Intl.Collator} compare: the comparison is
 * one call of a library without safepoints, and takes a tenth of a second for two million
 * characters.
 */
final class BoundCollation implements Rewriting {
    /** The class that checks. */
    static final String HELPER = "com/oracle/truffle/js/runtime/BoundCollation";

    private static final ClassDesc CHECKS = ClassDesc.of(HELPER.replace('/', '.'));
    private static final MethodTypeDesc CHECK =
            MethodTypeDesc.of(
                    ConstantDescs.CD_void, ConstantDescs.CD_String, ConstantDescs.CD_String);

    /** Where the texts are: after the collator, in a static method. */
    private static final int FIRST_SLOT = 1;

    private int bounded;

    @Override
    public boolean concerns(String name) {
        return name.equals("com/oracle/truffle/js/runtime/builtins/intl/JSCollator.class");
    }

    @Override
    public int changes() {
        return bounded;
    }

    @Override
    public String done() {
        return bounded + " comparison of texts is bounded";
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        return classFile.transformClass(
                classFile.parse(content),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString("compare"),
                        CodeTransform.ofStateful(Start::new)));
    }

    private final class Start implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            bounded++;
            code.aload(FIRST_SLOT).aload(FIRST_SLOT + 1).invokestatic(CHECKS, "check", CHECK);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
