package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.FunctionImage;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Limits;
import io.echelon.tenants.RevisionId;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** A revision's code as its isolates need it: parsed once, shared by all of them. */
final class FunctionCode {
    private static final String MODULE_TYPE = "application/javascript+module";

    private final FunctionImage image;
    private final Source main;
    private final Conduct conduct = new Conduct();
    private final BundleFiles files;
    private final StackTraces stackTraces;
    private final String[] environment;
    private final @Nullable List<String> programArguments;

    FunctionCode(FunctionImage image) {
        this(image, null);
    }

    private FunctionCode(FunctionImage image, @Nullable List<String> programArguments) {
        this.image = image;
        this.programArguments = programArguments;
        this.main = entry(image);
        this.files = new BundleFiles(image.files());
        this.stackTraces = new StackTraces(image.files());
        this.environment = flatten(image);
    }

    /** Code that is run to its end instead of serving calls. */
    static FunctionCode program(FunctionImage image, List<String> arguments) {
        return new FunctionCode(image, List.copyOf(arguments));
    }

    /** What a program was called with; null for a function. */
    @Nullable List<String> programArguments() {
        return programArguments;
    }

    /** CPU time that the top level may take, in milliseconds: for a program, all that it has. */
    int topLevelCpuMs() {
        return programArguments == null ? Limits.STARTUP_CPU_MS : image.limits().cpuMs();
    }

    /**
     * The entry as a module. One in a folder is imported by a module at the root, since relative
     * imports of a module that comes as text start from there.
     */
    private static Source entry(FunctionImage image) {
        String path = image.main();
        if (path.indexOf('/') >= 0) {
            String text =
                    "import * as m from './%s';\nexport default m.default ?? m;".formatted(path);
            return module(text, path).buildLiteral();
        }
        byte[] content = Objects.requireNonNull(image.files().get(path), "the entry");
        return module(new String(content, StandardCharsets.UTF_8), path)
                .uri(address(path)) // what import.meta.url says
                .buildLiteral();
    }

    private static Source.Builder module(String text, String path) {
        return Source.newBuilder("js", text + EvaluationSignal.EPILOGUE, path)
                .mimeType(MODULE_TYPE);
    }

    private static URI address(String path) {
        try {
            return new URI("file", "", "/" + path, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no path of a bundle: " + path, e);
        }
    }

    private static String[] flatten(FunctionImage image) {
        List<String> flat = new ArrayList<>();
        image.env()
                .forEach(
                        (name, value) -> {
                            flat.add(name);
                            flat.add(value);
                        });
        return flat.toArray(String[]::new);
    }

    FunctionImage image() {
        return image;
    }

    RevisionId id() {
        return image.id();
    }

    Isolation isolation() {
        return image.isolation();
    }

    long memoryBytes() {
        return (long) image.limits().memoryMb() << 20;
    }

    Source main() {
        return main;
    }

    /** How long its turns are. */
    Conduct conduct() {
        return conduct;
    }

    BundleFiles files() {
        return files;
    }

    /** Names and values in turn. */
    String[] environment() {
        return environment;
    }

    /** An error's text with its stack in terms of the user's own files. */
    String describe(String message, String stack) {
        String trace = stackTraces.rewrite(stack);
        if (trace.isBlank()) {
            return message;
        }
        return trace.startsWith(message) ? trace : message + "\n" + trace;
    }

    /** A guest's error as it left a script. */
    String describe(PolyglotException error) {
        String message = String.valueOf(error.getMessage());
        SourceSection at = error.getSourceLocation();
        if (error.isSyntaxError() && at != null) {
            return stackTraces.rewrite(message);
        }
        String stack = stackOf(error);
        return stack == null ? message : describe(message, stack);
    }

    private static @Nullable String stackOf(PolyglotException error) {
        Value thrown = error.getGuestObject();
        if (thrown == null || !thrown.hasMembers()) {
            return null;
        }
        try {
            Value stack = thrown.getMember("stack");
            return stack != null && stack.isString() ? stack.asString() : null;
        } catch (PolyglotException e) {
            return null; // a getter that throws
        }
    }
}
