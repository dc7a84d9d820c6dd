import java.lang.classfile.ClassFile;

/** One kind of change to the engine's classes, and how often it was made. */
interface Rewriting {
    /** Whether a class is to be changed, by its name in the jar. */
    boolean concerns(String name);

    /** The changed class. */
    byte[] rewrite(ClassFile classFile, byte[] content);

    /** How many places were changed so far. */
    int changes();

    /** The same in words. */
    String done();
}
