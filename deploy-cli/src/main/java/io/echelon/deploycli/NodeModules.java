package io.echelon.deploycli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a folder's npm packages are, and which names belong to the runtime instead. */
final class NodeModules {
    private static final List<String> BUILTINS =
            List.of(
                    "assert",
                    "async_hooks",
                    "buffer",
                    "console",
                    "constants",
                    "crypto",
                    "diagnostics_channel",
                    "dns",
                    "events",
                    "fs",
                    "http",
                    "http2",
                    "https",
                    "module",
                    "net",
                    "os",
                    "path",
                    "perf_hooks",
                    "process",
                    "punycode",
                    "querystring",
                    "readline",
                    "stream",
                    "string_decoder",
                    "timers",
                    "tls",
                    "tty",
                    "url",
                    "util",
                    "v8",
                    "vm",
                    "worker_threads",
                    "zlib");

    private NodeModules() {}

    /** Aliases that lead {@code fs} to {@code node:fs}, unless a package of that name is there. */
    static List<String> builtinAliases(Path folder) {
        List<String> aliases = new ArrayList<>();
        for (String name : BUILTINS) {
            if (find(folder, name) == null) {
                aliases.add("--alias:" + name + "=node:" + name);
            }
        }
        return aliases;
    }

    /** The folder of an installed package, looked for in this folder and those above it. */
    static @Nullable Path find(Path folder, String name) {
        for (Path at = folder; at != null; at = at.getParent()) {
            Path installed = at.resolve("node_modules").resolve(name);
            if (Files.isDirectory(installed)) {
                return installed;
            }
        }
        return null;
    }
}
