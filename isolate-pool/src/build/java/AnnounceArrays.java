import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * Lets a guest's own thread say what it is about to allocate, where what is made can be large in
 * one piece: before an array is made whose length is not a constant, {@code LargeArrays} is told.
 * Arrays are filled with zeros at 20 MB a millisecond; a watchdog that looks every millisecond, and
 * later on a busy machine, would let a guest pass its quota many times over.
 */
final class AnnounceArrays implements Rewriting {
    /** The class that is told. */
    static final String HELPER = "com/oracle/truffle/api/LargeArrays";

    private static final ClassDesc LARGE_ARRAYS = ClassDesc.of(HELPER.replace('/', '.'));
    private static final MethodTypeDesc ANNOUNCE =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int);
    private static final ClassDesc ARRAYS = ClassDesc.of("java.util.Arrays");
    private static final int REFERENCE_BYTES = 4;

    private final List<String> places;
    private int announced;

    /**
     * @param places how the names of the classes begin
     */
    AnnounceArrays(String... places) {
        this.places = List.of(places);
    }

    @Override
    public boolean concerns(String name) {
        return places.stream().anyMatch(name::startsWith);
    }

    @Override
    public int changes() {
        return announced;
    }

    @Override
    public String done() {
        return announced + " places that make arrays announce them";
    }

    @Override
    public byte[] rewrite(ClassFile classFile, byte[] content) {
        int before = announced;
        byte[] changed =
                classFile.transformClass(
                        classFile.parse(content),
                        ClassTransform.transformingMethodBodies(
                                method -> !method.methodName().equalsString("<clinit>"),
                                CodeTransform.ofStateful(Method::new)));
        return announced == before ? content : changed;
    }

    /** One method: remembers whether the length on the stack is a constant. */
    private final class Method implements CodeTransform {
        private boolean afterConstant;

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            int bytes = elementBytes(element);
            if (bytes > 0 && !afterConstant) {
                announced++;
                code.dup().loadConstant(bytes).invokestatic(LARGE_ARRAYS, "announce", ANNOUNCE);
            }
            afterConstant = element instanceof ConstantInstruction;
            code.with(element);
        }
    }

    /** The size of an element of the array that an instruction makes; 0 when it makes none. */
    private static int elementBytes(CodeElement element) {
        return switch (element) {
            case NewPrimitiveArrayInstruction made -> bytes(made.typeKind());
            case NewReferenceArrayInstruction _ -> REFERENCE_BYTES;
            case InvokeInstruction call when isCopy(call) ->
                    bytes(TypeKind.from(call.typeSymbol().returnType().componentType()));
            default -> 0;
        };
    }

    /** Whether a call copies an array to one of the length on top of the stack. */
    private static boolean isCopy(InvokeInstruction call) {
        return call.owner().asSymbol().equals(ARRAYS)
                && call.name().equalsString("copyOf")
                && call.typeSymbol().parameterCount() == 2;
    }

    private static int bytes(TypeKind kind) {
        return switch (kind) {
            case BOOLEAN, BYTE -> 1;
            case CHAR, SHORT -> 2;
            case LONG, DOUBLE -> 8;
            default -> REFERENCE_BYTES;
        };
    }
}
