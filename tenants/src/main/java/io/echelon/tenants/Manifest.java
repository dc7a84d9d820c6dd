package io.echelon.tenants;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant deploys: the files of a bundle by hash and how its function is to be run. Immutable
 * once it is a revision.
 *
 * @param main path of the entry within {@code files}; ends in {@code .js}, {@code .mjs} or {@code
 *     .wasm}
 * @param files every file, code, source maps and assets alike; paths are unique
 * @param warm isolates kept warm, 0 to {@link Limits#WARM_MAX}
 * @param env the function's environment
 * @param crons schedules, unique by name
 * @param assets files that are answered without an isolate; null is none
 * @param queues named queues; null is none
 */
public record Manifest(
        String main,
        List<BundleFile> files,
        Isolation isolation,
        int warm,
        FunctionLimits limits,
        Permissions permissions,
        Map<String, String> env,
        List<CronSpec> crons,
        @Nullable Assets assets,
        @Nullable Queues queues) {

    public Manifest {
        files = List.copyOf(files);
        env = Map.copyOf(env);
        crons = List.copyOf(crons);
        checkFiles(main, files);
        Checks.range("warm", warm, 0, Limits.WARM_MAX);
        Checks.environment(env);
        Checks.range("crons", crons.size(), 0, Limits.CRONS_PER_APP_MAX);
    }

    /** A manifest without named queues. */
    public Manifest(
            String main,
            List<BundleFile> files,
            Isolation isolation,
            int warm,
            FunctionLimits limits,
            Permissions permissions,
            Map<String, String> env,
            List<CronSpec> crons,
            @Nullable Assets assets) {
        this(main, files, isolation, warm, limits, permissions, env, crons, assets, null);
    }

    /** The same under other limits. */
    public Manifest withLimits(FunctionLimits other) {
        return new Manifest(
                main, files, isolation, warm, other, permissions, env, crons, assets, queues);
    }

    /** Named queues that it sends to and takes from. */
    public Queues namedQueues() {
        return queues == null ? Queues.NONE : queues;
    }

    /** The file at a path. */
    public Optional<BundleFile> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    /** Size of all files together, in bytes. */
    public long bytes() {
        return files.stream().mapToLong(BundleFile::bytes).sum();
    }

    private static void checkFiles(String main, List<BundleFile> files) {
        if (files.size() > Limits.BUNDLE_MAX_FILES) {
            throw new EchelonException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The bundle has %,d files; at most %,d are allowed"
                            .formatted(files.size(), Limits.BUNDLE_MAX_FILES));
        }
        Set<String> paths = new HashSet<>();
        long bytes = 0;
        for (BundleFile file : files) {
            if (!paths.add(file.path())) {
                throw new EchelonException(
                        ErrorCode.INVALID_BUNDLE,
                        "The bundle names \"%s\" twice".formatted(file.path()));
            }
            bytes += file.bytes();
        }
        if (bytes > Limits.BUNDLE_MAX_BYTES) {
            throw new EchelonException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The bundle is %,d bytes; at most %,d are allowed. Leave out what the function does not import"
                            .formatted(bytes, Limits.BUNDLE_MAX_BYTES));
        }
        if (!paths.contains(main)) {
            throw new EchelonException(
                    ErrorCode.INVALID_BUNDLE,
                    "The entry \"%s\" is not among the bundle's files".formatted(main));
        }
    }
}
