package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.echelon.tenants.BundleFile;
import io.echelon.tenants.Json;
import io.echelon.tenants.Limits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BundlerTest {
    /** {@code (module (func (export "f") (result i32) i32.const 42))}. */
    private static final byte[] WASM =
            Base64.getDecoder().decode("AGFzbQEAAAABBQFgAAF/AwIBAAcFAQFmAAAKBgEEAEEqCw==");

    @TempDir private Path temporary;
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectories(temporary.toRealPath().resolve("fn"));
    }

    private void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private Bundle bundle() throws IOException, InterruptedException {
        return bundle(folder);
    }

    private Bundle bundle(Path function) throws IOException, InterruptedException {
        Surroundings surroundings = new Shell(temporary).surroundings();
        return new Bundler(surroundings, new Output(surroundings, Output.Form.TEXT))
                .bundle(FunctionFolder.open(function));
    }

    private CliException refusal() {
        return catchThrowableOfType(CliException.class, this::bundle);
    }

    private static String text(Bundle bundle, String path) throws IOException {
        for (BundleFile file : bundle.files()) {
            if (file.path().equals(path)) {
                return Files.readString(bundle.contents().get(file.sha256()));
            }
        }
        throw new AssertionError("No " + path + " in " + paths(bundle));
    }

    private static List<String> paths(Bundle bundle) {
        return bundle.files().stream().map(BundleFile::path).toList();
    }

    @Test
    void typeScriptBecomesOneModuleWithASourceMapBesideIt() throws Exception {
        write(
                "main.ts",
                "import { greet } from './src/greet.ts';\nexport default { fetch: (r: Request): Response => new Response(greet('Ada')) };\n");
        write("src/greet.ts", "export const greet = (name: string): string => `Hello, ${name}`;\n");

        try (Bundle bundle = bundle()) {
            assertThat(bundle.main()).isEqualTo("main.js");
            assertThat(paths(bundle)).containsExactly("main.js", "main.js.map");
            assertThat(text(bundle, "main.js"))
                    .contains("Hello, ${name}")
                    .contains("export {")
                    .doesNotContain(": string");
            var map = Json.mapper().readTree(text(bundle, "main.js.map"));
            assertThat(map.path("sources"))
                    .extracting(source -> source.asText())
                    .containsExactlyInAnyOrder("src/greet.ts", "main.ts");
            assertThat(map.path("sourcesContent").toString()).contains("name: string");
        }
    }

    @Test
    void syntaxThatTheEngineLacksIsReplaced() throws Exception {
        write(
                "main.ts",
                """
                function logged<T>(value: T, _context: ClassMethodDecoratorContext): T { return value; }
                class Door {
                  @logged open(): void {}
                  [Symbol.dispose](): void {}
                }
                export default { fetch(): Response { using door = new Door(); door.open(); return new Response(); } };
                """);

        try (Bundle bundle = bundle()) {
            assertThat(text(bundle, "main.js")).doesNotContain("using door", "@logged");
        }
    }

    @Test
    void everyFileHasItsHashAndSize() throws Exception {
        write("main.js", "export default {};");

        try (Bundle bundle = bundle()) {
            for (BundleFile file : bundle.files()) {
                Path content = bundle.contents().get(file.sha256());
                assertThat(BundleFiles.sha256(content)).isEqualTo(file.sha256());
                assertThat(Files.size(content)).isEqualTo(file.bytes());
            }
        }
    }

    @Test
    void theSameSourceMakesTheSameBundleWhereverItLies() throws Exception {
        write("main.ts", "import './a.ts'; export default {};");
        write("a.ts", "console.log('a');");
        Path elsewhere = Files.createDirectories(temporary.resolve("else/where/fn"));
        for (String name : List.of("main.ts", "a.ts")) {
            Files.copy(folder.resolve(name), elsewhere.resolve(name));
        }

        try (Bundle here = bundle();
                Bundle there = bundle(elsewhere)) {
            assertThat(here.files()).isEqualTo(there.files());
        }
    }

    @Test
    void closingABundleLeavesNothingOfItBehind() throws Exception {
        write("main.js", "export default {};");

        Bundle bundle = bundle();
        bundle.close();

        assertThat(bundle.workFolder()).doesNotExist();
        assertThat(folder).isDirectoryContaining("glob:**/main.js");
    }

    @Test
    void aSyntaxErrorIsShownWithFileLineAndCaret() throws Exception {
        write("main.ts", "const a = 1;\nlet b = = 2;\nexport default {};\n");

        CliException refusal = refusal();

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(refusal.reason())
                .contains("main.ts cannot be bundled")
                .contains("main.ts:2:8:")
                .contains("let b = = 2;")
                .contains("^");
    }

    @Test
    void aMissingImportIsNamedWithFileAndLine() throws Exception {
        write("main.ts", "\nimport { a } from './nothing.ts';\nexport default { a };\n");

        assertThat(refusal().reason())
                .contains("Could not resolve \"./nothing.ts\"")
                .contains("main.ts:2:");
    }

    @Test
    void aPackageThatIsNotInstalledIsNamedWithTheWayOut() throws Exception {
        write("main.ts", "import { Hono } from 'hono/tiny';\nexport default new Hono();\n");
        write("package.json", "{\"dependencies\":{\"hono\":\"4\"}}");

        assertThat(refusal().reason())
                .contains("The package \"hono\" is not installed: run `npm install` in");
    }

    @Test
    void anImportFromTheNetworkIsRefusedWithFileAndLine() throws Exception {
        write("main.ts", "\nimport x from 'https://esm.sh/x';\nexport default x;\n");

        assertThat(refusal().reason())
                .isEqualTo(
                        "main.ts:2: \"https://esm.sh/x\" cannot be imported; bundles are made of local files and npm packages");
    }

    @Test
    void importsOfTheConfigurationStandForFoldersFilesAndPackages() throws Exception {
        write(
                "edge.json",
                "{\"imports\":{\"@/\":\"./src/\",\"util\":\"./src/util.ts\",\"lib\":\"npm:pkg@^1\"}}");
        write(
                "main.ts",
                "import { a } from '@/a.ts';\nimport { b } from 'util';\nimport { c } from 'lib';\nimport d from 'npm:pkg@1.2.3/deep.js';\nexport default [a, b, c, d];\n");
        write("src/a.ts", "export const a = 'from a';");
        write("src/util.ts", "export const b = 'from b';");
        write(
                "node_modules/pkg/package.json",
                "{\"name\":\"pkg\",\"exports\":{\".\":{\"workerd\":\"./edge.js\",\"default\":\"./node.js\"},\"./deep.js\":\"./deep.js\"}}");
        write("node_modules/pkg/edge.js", "export const c = 'from the edge build';");
        write("node_modules/pkg/node.js", "export const c = 'from the node build';");
        write("node_modules/pkg/deep.js", "export default 'from deep';");

        try (Bundle bundle = bundle()) {
            assertThat(text(bundle, "main.js"))
                    .contains("from a", "from b", "from the edge build", "from deep")
                    .doesNotContain("from the node build");
        }
    }

    @Test
    void nodesOwnModulesStayImportsUnderTheirFullNames() throws Exception {
        write(
                "main.ts",
                "import { Buffer } from 'node:buffer';\nimport { join } from 'path';\nexport default [Buffer, join];\n");

        try (Bundle bundle = bundle()) {
            assertThat(text(bundle, "main.js"))
                    .contains("from \"node:buffer\"")
                    .contains("from \"node:path\"");
        }
    }

    @Test
    void aPackageNamedLikeANodeModuleWinsWhereItIsInstalled() throws Exception {
        write("main.ts", "import e from 'events';\nexport default e;\n");
        write("node_modules/events/package.json", "{\"name\":\"events\",\"main\":\"events.js\"}");
        write("node_modules/events/events.js", "module.exports = 'the package';");

        try (Bundle bundle = bundle()) {
            assertThat(text(bundle, "main.js")).contains("the package");
        }
    }

    @Test
    void jsonAndTextAreInlinedAndWebAssemblyIsShippedBesideTheModule() throws Exception {
        write(
                "main.ts",
                "import data from './data.json';\nimport page from './page.html';\nimport add from './lib/add.wasm';\nexport default [data, page, add];\n");
        write("data.json", "{\"answer\":42}");
        write("page.html", "<p>inlined</p>");
        write("lib/add.wasm", WASM);

        try (Bundle bundle = bundle()) {
            String wasm =
                    paths(bundle).stream()
                            .filter(path -> path.endsWith(".wasm"))
                            .findFirst()
                            .orElseThrow();
            assertThat(wasm).matches("add-[A-Z0-9]+\\.wasm");
            assertThat(text(bundle, "main.js"))
                    .contains("answer: 42")
                    .contains("<p>inlined</p>")
                    .contains("from \"./" + wasm + "\"");
        }
    }

    @Test
    void jsxComesFromWhereDenosConfigurationSays() throws Exception {
        write(
                "deno.json",
                "{\"compilerOptions\":{\"jsx\":\"react-jsx\",\"jsxImportSource\":\"mini\"}}");
        write("main.tsx", "export default { page: <p>hello</p> };");
        write(
                "node_modules/mini/package.json",
                "{\"name\":\"mini\",\"exports\":{\"./jsx-runtime\":\"./jsx.js\"}}");
        write("node_modules/mini/jsx.js", "export const jsx = (type) => 'mini made ' + type;");

        try (Bundle bundle = bundle()) {
            assertThat(text(bundle, "main.js")).contains("mini made ");
        }
    }

    @Test
    void aWasmEntryIsShippedAsItIs() throws Exception {
        Path example = Path.of(System.getProperty("echelon.cli"), "templates/wasm-c");

        try (Bundle bundle = bundle(example)) {
            assertThat(bundle.main()).isEqualTo("main.wasm");
            assertThat(paths(bundle)).containsExactly("main.wasm");
            assertThat(bundle.files().getFirst().bytes())
                    .isEqualTo(Files.size(example.resolve("main.wasm")));
        }
    }

    @Test
    void anEntryThatIsNoWebAssemblyIsRefused() throws Exception {
        write("main.wasm", "not a module at all");

        assertThat(refusal().reason()).startsWith("main.wasm is not a WebAssembly module");
    }

    @Test
    void aWasmEntryWithoutAStartIsNoCommand() throws Exception {
        write("main.wasm", WASM);

        assertThat(refusal().reason()).startsWith("main.wasm is no WASI command");
    }

    @Test
    void assetsComeUnderTheirPathsWithoutHiddenFiles() throws Exception {
        write("edge.json", "{\"assets\":{\"dir\":\"public\"}}");
        write("public/index.html", "<p>");
        write("public/img/a b.svg", "<svg/>");
        write("public/.secret", "x");
        write("public/.git/config", "x");
        write("public/.well-known/security.txt", "x");

        try (Bundle bundle = bundle()) {
            assertThat(paths(bundle))
                    .containsExactly(
                            "main.js",
                            "public/.well-known/security.txt",
                            "public/img/a b.svg",
                            "public/index.html");
            assertThat(text(bundle, "main.js")).contains("404");
        }
    }

    @Test
    void aLinkOutOfTheFoldersIsRefused() throws Exception {
        write("edge.json", "{\"assets\":{\"dir\":\"public\"}}");
        write("public/index.html", "<p>");
        Path secret = Files.writeString(temporary.resolve("secret"), "x");
        Files.createSymbolicLink(folder.resolve("public/leak"), secret);

        assertThat(refusal().reason()).contains("public/leak").contains("symbolic link");
    }

    @Test
    void aLinkWithinTheFolderIsFollowed() throws Exception {
        write("edge.json", "{\"assets\":{\"dir\":\"public\"}}");
        write("shared/logo.svg", "<svg/>");
        Files.createDirectories(folder.resolve("public"));
        Files.createSymbolicLink(folder.resolve("public/shared"), folder.resolve("shared"));

        try (Bundle bundle = bundle()) {
            assertThat(paths(bundle)).contains("public/shared/logo.svg");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "../other", "/etc"})
    void assetsOutsideTheFolderAreRefused(String dir) throws Exception {
        write("edge.json", "{\"assets\":{\"dir\":\"%s\"}}".formatted(dir));

        assertThat(refusal().reason()).contains("assets.dir");
    }

    @Test
    void aBundleOverTheLimitIsRefusedBeforeAnythingIsRead() throws Exception {
        write("edge.json", "{\"assets\":{\"dir\":\"public\"}}");
        write("public/small", "x");
        try (RandomAccessFile sparse =
                new RandomAccessFile(folder.resolve("public/huge").toFile(), "rw")) {
            sparse.setLength(Limits.BUNDLE_MAX_BYTES + 1);
        }

        CliException refusal = refusal();

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.OVER_LIMIT);
        assertThat(refusal.reason()).contains("52,428,800 bytes").contains("public/huge");
    }

    @Test
    void aFolderWithoutAnEntryIsRefusedWithWhatWasLookedFor() {
        CliException refusal = refusal();

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(refusal.reason()).contains("has no entry").contains("main.{ts,tsx,js,mjs,wasm}");
    }

    @Test
    void anEntryOutsideTheFolderIsRefused() throws Exception {
        write("edge.json", "{\"main\":\"../main.ts\"}");

        assertThat(refusal().reason()).contains("outside the function's folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello-ts",
                "hello-js",
                "kv-counter",
                "cron",
                "wasm-c",
                "wasm-rust",
                "static-site"
            })
    void everyTemplateCanBeBundled(String template) throws Exception {
        Path source = Path.of(System.getProperty("echelon.cli"), "templates", template);

        try (Bundle bundle = bundle(source)) {
            assertThat(paths(bundle)).contains(bundle.main());
        }
    }

    @Test
    void theRouterExampleBundlesAnNpmFrameworkWithJsx() throws Exception {
        Path router = Path.of(System.getProperty("echelon.root"), "docs/examples/router");

        try (Bundle bundle = bundle(router)) {
            assertThat(text(bundle, "main.js"))
                    .contains("SmartRouter")
                    .doesNotContain("<html lang");
            assertThat(text(bundle, "main.js.map")).contains("\"node_modules/hono/dist/");
        }
    }
}
