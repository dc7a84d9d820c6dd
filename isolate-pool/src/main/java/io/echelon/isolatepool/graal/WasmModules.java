package io.echelon.isolatepool.graal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * WebAssembly files of a bundle as modules of JavaScript: the default export is the {@code
 * WebAssembly.Module}, and when the file imports nothing, its exports are the module's exports too.
 */
final class WasmModules {
    private static final String LOADER_SYMBOL = "echelon.wasm";

    /** Gives a guest's global object the loader that the modules made here call. */
    private static final Source INSTALL =
            Source.newBuilder(
                            "js",
                            """
                            (bytesOf) => {
                              const { Module } = WebAssembly;
                              Object.defineProperty(globalThis, Symbol.for('%s'), {
                                value: (path) => new Module(new ArrayBuffer(bytesOf(String(path)))),
                              });
                            }
                            """
                                    .formatted(LOADER_SYMBOL),
                            "echelon:wasm")
                    .internal(true)
                    .buildLiteral();

    private WasmModules() {}

    /**
     * Lets a context load the {@code .wasm} files of its bundle; does nothing when there are none.
     */
    static void install(org.graalvm.polyglot.Context context, Map<String, byte[]> bundle) {
        if (bundle.keySet().stream().noneMatch(path -> path.endsWith(".wasm"))) {
            return;
        }
        ProxyExecutable bytesOf =
                arguments -> {
                    byte[] content = bundle.get(arguments[0].asString());
                    return content == null ? null : ByteBuffer.wrap(content).asReadOnlyBuffer();
                };
        Value install = context.eval(INSTALL);
        install.executeVoid(bytesOf);
    }

    /** The module that stands for a file. */
    static String glue(String path, byte[] content) {
        StringBuilder module = new StringBuilder();
        module.append("const module = globalThis[Symbol.for('")
                .append(LOADER_SYMBOL)
                .append("')](")
                .append(quoted(path))
                .append(");\nexport default module;\n");
        WasmSections sections = WasmSections.read(content);
        if (sections.importCount() == 0) {
            module.append("const { exports } = new WebAssembly.Instance(module);\n");
            List<String> names = new ArrayList<>(sections.exportNames());
            names.remove("default");
            for (int i = 0; i < names.size(); i++) {
                String name = quoted(names.get(i));
                module.append(
                        "const e%d = exports[%s];\nexport { e%d as %s };\n"
                                .formatted(i, name, i, name));
            }
        }
        return module.toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c > '~') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
