package io.echelon.edgeruntime;

import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.Program;
import io.echelon.isolatepool.ProgramRunner;
import io.echelon.isolatepool.graal.GraalProgramRunner;
import io.echelon.tenants.Json;
import io.echelon.tenants.ProgramSpec;
import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one program in an isolate right here, with the bindings that a node would give it; {@code
 * edge run} starts it. Its argument is the path of a {@link ProgramSpec} as JSON; it ends with the
 * program's exit code.
 */
public final class ProgramMain {
    private ProgramMain() {}

    public static void main(String[] arguments) throws Exception {
        ProgramSpec spec =
                Json.mapper()
                        .readValue(Files.readAllBytes(Path.of(arguments[0])), ProgramSpec.class);
        Runtime.getRuntime().halt(run(spec));
    }

    private static int run(ProgramSpec spec) throws Exception {
        try (ProgramRunner runner = GraalProgramRunner.create()) {
            return runner.run(program(spec)).get();
        }
    }

    private static Program program(ProgramSpec spec) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        for (Map.Entry<String, String> file : spec.files().entrySet()) {
            files.put(file.getKey(), Files.readAllBytes(Path.of(file.getValue())));
        }
        Map<String, Path> directories = new HashMap<>();
        for (Map.Entry<String, String> directory : spec.directories().entrySet()) {
            directories.put(directory.getKey(), Path.of(directory.getValue()).toRealPath());
        }
        return new Program(
                spec.main(),
                files,
                spec.arguments(),
                spec.limits(),
                spec.env(),
                bindings(spec),
                directories,
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    private static List<HostBinding> bindings(ProgramSpec spec) {
        List<String> net = spec.net();
        if (net != null && net.isEmpty()) {
            return List.of(); // most programs: no need for a network's threads
        }
        Vertx vertx = Vertx.vertx();
        return List.of(
                new FetchBinding(
                        vertx,
                        new OutgoingClients(vertx, null),
                        new Destinations(new AddressRules(List.of()), InetAddress::getAllByName),
                        new PermittedHosts(net),
                        _ -> new UsageMeter(),
                        Traces.off()));
    }
}
