import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Lets a guest's heap be measured while {@code JSON.parse} is at work: the objects and arrays that
 * it has begun stand in variables of Java, where nobody finds them, and one call can make ten times
 * its text. Each is put on a list of the realm until it is complete.
 */
final class ShowParsing implements Rewriting {
    private static final String PARSER =
            "com/oracle/truffle/js/builtins/json/TruffleJSONParser.class";

    /** The class that keeps the list. */
    static final String HELPER = "com/oracle/truffle/js/runtime/RealmNotes";

    private static final ClassDesc LIST = ClassDesc.of(HELPER.replace('/', '.'));
    private static final ClassDesc REALM = ClassDesc.of("com.oracle.truffle.js.runtime.JSRealm");
    private static final MethodTypeDesc BEGUN =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object, REALM);
    private static final MethodTypeDesc OF_REALM = MethodTypeDesc.of(ConstantDescs.CD_void, REALM);

    /**
     * Where the realm is: the only parameter of a container's method, the second of the parser's.
     */
    private static final int REALM_SLOT = 1;

    private static final int PARSER_REALM_SLOT = 2;

    private int begun;

    @Override
    public boolean concerns(String name) {
        return name.equals(PARSER);
    }

    @Override
    public int changes() {
        return begun;
    }

    @Override
    public String done() {
        return begun + " kinds of containers are shown while they are parsed";
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        byte[] started =
                classFile.transformClass(
                        classFile.parse(content),
                        ClassTransform.transformingMethodBodies(
                                method -> method.methodName().equalsString("parse"),
                                CodeTransform.ofStateful(Start::new)));
        return classFile.transformClass(
                classFile.parse(started),
                ClassTransform.transformingMethodBodies(
                        ShowParsing::isContainer, (CodeTransform) this::show));
    }

    /** Forgets what an earlier text left that could not be parsed. */
    private static final class Start implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            code.aload(PARSER_REALM_SLOT).invokestatic(LIST, "start", OF_REALM);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }

    private static boolean isContainer(MethodModel method) {
        return method.methodName().equalsString("parseJSONObject")
                || method.methodName().equalsString("parseJSONArray");
    }

    private void show(CodeBuilder code, CodeElement element) {
        if (element instanceof ReturnInstruction end && end.opcode() == Opcode.ARETURN) {
            code.aload(REALM_SLOT).invokestatic(LIST, "ended", OF_REALM);
        }
        code.with(element);
        if (element instanceof InvokeInstruction call && makesContainer(call)) {
            begun++;
            code.dup().aload(REALM_SLOT).invokestatic(LIST, "begun", BEGUN);
        } else if (element instanceof InvokeInstruction call
                && call.owner().asInternalName().endsWith("/JSONParseRecord")
                && call.name().stringValue().startsWith("for")) {
            code.dup().aload(REALM_SLOT).invokestatic(LIST, "alsoBegun", BEGUN);
        }
    }

    private static boolean makesContainer(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        return owner.endsWith("/JSOrdinary") && call.name().equalsString("create")
                || owner.endsWith("/JSArray") && call.name().equalsString("createEmptyZeroLength");
    }
}
