package io.echelon.deploycli;

import io.echelon.deploycli.Esbuild.Result.Ending;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a bundle of a function: one ES module with a source map, the WebAssembly modules that it
 * imports, and the assets.
 */
final class Bundler {
    private static final List<String> OPTIONS =
            List.of(
                    "--bundle",
                    "--format=esm",
                    "--target=esnext",
                    "--supported:decorators=false",
                    "--supported:using=false",
                    "--platform=neutral",
                    "--main-fields=browser,module,main",
                    "--conditions=workerd,deno,worker,browser,module",
                    "--external:node:*",
                    "--loader:.wasm=copy",
                    "--loader:.bin=binary",
                    "--loader:.css=text",
                    "--loader:.html=text",
                    "--loader:.md=text",
                    "--loader:.sql=text",
                    "--loader:.svg=text",
                    "--loader:.txt=text",
                    "--entry-names=main",
                    "--asset-names=[name]-[hash]",
                    "--sourcemap=external",
                    "--define:process.env.NODE_ENV=\"production\"",
                    "--charset=utf8",
                    "--color=false",
                    "--log-level=warning",
                    "--log-limit=20");
    private static final Pattern UNRESOLVED = Pattern.compile("Could not resolve \"([^\"]+)\"");
    private static final Pattern PACKAGE = Pattern.compile("((?:@[^/]+/)?[^./@:][^/:]*)(?:/.*)?");
    private static final String ONLY_ASSETS =
            "export default { fetch() { return new Response(\"Not found\\n\", { status: 404 }); } };\n";

    private final Esbuild esbuild;
    private final Output output;

    Bundler(Surroundings surroundings, Output output) {
        this.esbuild = Esbuild.packedWith(surroundings);
        this.output = output;
    }

    Bundle bundle(FunctionFolder function) throws IOException, InterruptedException {
        Path work = WorkFolder.create();
        try {
            BundleFiles files = new BundleFiles();
            String main = addCode(function, work, files);
            if (function.config().assets() != null) {
                AssetFiles.addTo(files, function.path(), function.config().assets().dir());
            }
            return files.bundle(main, work);
        } catch (IOException | InterruptedException | RuntimeException e) {
            WorkFolder.delete(work);
            throw e;
        }
    }

    private String addCode(FunctionFolder function, Path work, BundleFiles files)
            throws IOException, InterruptedException {
        Path entry = function.entry();
        if (entry == null) {
            Path generated = work.resolve("main.js");
            Files.writeString(generated, ONLY_ASSETS);
            files.add("main.js", generated);
            return "main.js";
        }
        if (entry.toString().endsWith(".wasm")) {
            String name = String.valueOf(function.path().relativize(entry));
            WasmModule.parse(name, Files.readAllBytes(entry)).requireCommand(name);
            files.add("main.wasm", entry);
            return "main.wasm";
        }
        Path built = work.resolve("out");
        build(function, entry, work, built);
        SourceMap.relativize(built.resolve("main.js.map"), function.path());
        try (Stream<Path> made = Files.list(built)) {
            for (Path file : new TreeSet<>(made.toList())) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".wasm")) {
                    WasmModule.parse(
                            name.replaceFirst("-[A-Z0-9]{8}\\.", "."), Files.readAllBytes(file));
                }
                files.add(name, file);
            }
        }
        return "main.js";
    }

    private void build(FunctionFolder function, Path entry, Path work, Path built)
            throws IOException, InterruptedException {
        Path metafile = work.resolve("meta.json");
        List<String> arguments = new ArrayList<>(OPTIONS);
        arguments.add("--outdir=" + built);
        arguments.add("--metafile=" + metafile);
        arguments.addAll(NodeModules.builtinAliases(function.path()));
        arguments.addAll(ImportMap.aliases(function.config().imports()));
        String jsx = function.config().jsx().importSource();
        if (!jsx.isEmpty()) {
            arguments.add("--jsx=automatic");
            arguments.add("--jsx-import-source=" + jsx);
        }
        arguments.add("./" + function.path().relativize(entry));
        Esbuild.Result result = esbuild.run(function.path(), arguments);
        if (result.ending() == Ending.REFUSED) {
            List<String> packages = npmAliases(result.messages());
            if (!packages.isEmpty()) {
                arguments.addAll(packages);
                result = esbuild.run(function.path(), arguments);
            }
        }
        if (result.ending() == Ending.REFUSED) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s cannot be bundled:%n%n%s%s"
                            .formatted(
                                    function.path().relativize(entry),
                                    result.messages(),
                                    advice(function.path(), result.messages())));
        }
        RemoteImports.refuse(function.path(), metafile);
        if (!result.messages().isEmpty()) {
            output.note(result.messages());
        }
    }

    /** Aliases that lead {@code npm:} specifiers in the code to the installed packages. */
    private static List<String> npmAliases(String messages) {
        TreeSet<String> aliases = new TreeSet<>();
        Matcher unresolved = UNRESOLVED.matcher(messages);
        while (unresolved.find()) {
            String specifier = unresolved.group(1);
            if (specifier.startsWith("npm:")) {
                aliases.add("--alias:%s=%s".formatted(specifier, ImportMap.packageOf(specifier)));
            }
        }
        return List.copyOf(aliases);
    }

    private static String advice(Path folder, String messages) throws IOException {
        Matcher unresolved = UNRESOLVED.matcher(messages);
        while (unresolved.find()) {
            String name = packageName(unresolved.group(1));
            if (name != null && NodeModules.find(folder, name) == null) {
                return "%n%nThe package \"%s\" is not installed: run `npm install%s` in %s"
                        .formatted(name, declared(folder, name) ? "" : " " + name, folder);
            }
        }
        return "";
    }

    private static @Nullable String packageName(String specifier) {
        if (specifier.startsWith("npm:")) {
            return packageName(ImportMap.packageOf(specifier));
        }
        Matcher matcher = PACKAGE.matcher(specifier);
        return matcher.matches() ? matcher.group(1) : null;
    }

    private static boolean declared(Path folder, String name) throws IOException {
        Path file = folder.resolve("package.json");
        return Files.isRegularFile(file)
                && Files.readString(file, StandardCharsets.UTF_8).contains("\"" + name + "\"");
    }
}
