import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/** Compiles the classes that rewritten code calls; they stand beside this one. */
final class Helpers {
    private final Path sources;
    private final List<Path> jars;

    /**
     * @param sources the folder of this file
     * @param jars what the classes refer to
     */
    Helpers(Path sources, List<Path> jars) {
        this.sources = sources;
        this.jars = jars;
    }

    /**
     * One class, compiled.
     *
     * @param name its name with slashes, without an ending
     */
    byte[] compile(String name) throws IOException {
        Path out = Files.createTempDirectory("helpers");
        Path made = out.resolve(name + ".class");
        try {
            String classPath =
                    String.join(
                            System.getProperty("path.separator"),
                            jars.stream().map(Path::toString).toList());
            int result =
                    ToolProvider.getSystemJavaCompiler()
                            .run(
                                    null,
                                    null,
                                    null,
                                    "-proc:none",
                                    "-d",
                                    out.toString(),
                                    "-cp",
                                    classPath,
                                    sources.resolve(name + ".java").toString());
            if (result != 0) {
                throw new IOException(name + " does not compile");
            }
            return Files.readAllBytes(made);
        } finally {
            for (Path path = made; path.startsWith(out); path = path.getParent()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
