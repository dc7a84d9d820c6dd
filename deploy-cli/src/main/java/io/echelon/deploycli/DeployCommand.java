package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EnvironmentFile;
import io.echelon.tenants.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Bundles a folder and makes it an app's newest revision. */
@Command(
        name = "deploy",
        description =
                "Bundle a folder, upload what is missing, warm it on every node, and switch to it.",
        footer = {"", "Example:", "  edge deploy ./hello --app hello"})
final class DeployCommand extends TenantSubcommand {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            defaultValue = ".",
            description = "The function's folder; this one unless given.")
    private Path folder = Path.of(".");

    @Option(
            names = {"-a", "--app"},
            paramLabel = "A",
            description = "The app's name; else the one in edge.json, else the folder's.")
    private @Nullable String app;

    @Option(
            names = "--preview",
            description = "Leave the app's own address alone; only the revision's leads to it.")
    private boolean preview;

    @Option(
            names = "--env-file",
            paramLabel = "F",
            description = "A file of NAME=value lines, added to \"env\" of edge.json.")
    private @Nullable Path environmentFile;

    DeployCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        FunctionFolder function = FunctionFolder.open(surroundings().resolve(folder));
        AppName name = app == null ? function.app() : new AppName(app);
        Map<String, String> environment =
                environmentFile == null
                        ? Map.of()
                        : EnvironmentFile.read(surroundings().resolve(environmentFile));
        JsonNode done;
        try (Bundle bundle = new Bundler(surroundings(), output).bundle(function)) {
            output.step("Deploying %s, %d files".formatted(name, bundle.files().size()));
            Manifest manifest =
                    function.config().manifest(bundle.main(), bundle.files(), environment);
            done =
                    new Deployment(
                                    client(),
                                    ApiPath.of("tenants", tenant().value()),
                                    app(name.value()),
                                    output)
                            .run(
                                    manifest,
                                    bundle.contents(),
                                    preview
                                            ? Deployment.Purpose.PREVIEW
                                            : Deployment.Purpose.PRODUCTION);
        }
        if (output.form() == Output.Form.JSON) {
            output.json(done);
        } else {
            output.line(
                    "%s %s  %s"
                            .formatted(
                                    name,
                                    Views.text(done, "revision"),
                                    Views.text(done, preview ? "previewUrl" : "url")));
        }
        return ExitCode.DONE;
    }
}
