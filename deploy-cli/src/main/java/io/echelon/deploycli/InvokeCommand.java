package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Calls an app as its callers do, through a node, and prints what it answers. */
@Command(
        name = "invoke",
        description = "Call an app and print its answer; the exit code is 1 when the call failed.",
        footer = {"", "Example:", "  edge invoke hello /greet?name=Ada -H 'accept: text/plain'"})
final class InvokeCommand extends TenantSubcommand {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    @Parameters(index = "0", paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "The path and query; / unless given.")
    private String path = "/";

    @Option(
            names = {"-X", "--method"},
            paramLabel = "M",
            description = "The method; GET, or POST with a body.")
    private @Nullable String method;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "H",
            description = "A header, as in 'name: value'; may be given again.")
    private List<String> headers = List.of();

    @Option(
            names = {"-d", "--data"},
            paramLabel = "BODY",
            description = "The body; @FILE is a file's content, @- the input's.")
    private @Nullable String data;

    @Option(
            names = {"-i", "--include"},
            description = "Print the status and the headers too.")
    private boolean include;

    @Option(names = "--rev", paramLabel = "REV", description = "Call this revision.")
    private @Nullable String revision;

    InvokeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send();
        String outcome = response.headers().firstValue("x-echelon-outcome").orElse("");
        try (InputStream body = response.body()) {
            if (output.form() == Output.Form.JSON) {
                output.json(
                        Map.of(
                                "status",
                                response.statusCode(),
                                "outcome",
                                outcome,
                                "headers",
                                response.headers().map(),
                                "body",
                                new String(body.readAllBytes(), StandardCharsets.UTF_8)));
            } else {
                print(output, response, body);
            }
        }
        return failed(response.statusCode(), outcome) ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static boolean failed(int status, String outcome) {
        return outcome.isEmpty() ? status >= 500 : !outcome.equals("ok");
    }

    private HttpResponse<InputStream> send() throws IOException, InterruptedException {
        ApiClient client = client();
        JsonNode view = client.get(app(Parameter.given(app)));
        if (revision != null) {
            view = client.get(app(Parameter.given(app)).child("revisions").child(revision));
        }
        URI address = URI.create(Views.text(view, revision == null ? "url" : "previewUrl"));
        URI node = URI.create(Views.text(client.get(ApiPath.of("platform")), "http"));
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target(node)).header("host", address.getRawAuthority());
        for (String header : headers) {
            addHeader(request, header);
        }
        try {
            request.method(method == null ? (data == null ? "GET" : "POST") : method, body());
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build()
                    .send(request.build(), BodyHandlers.ofInputStream());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.WRONG_USAGE, FileErrors.describe(e), e);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "The node at %s gave no answer: %s".formatted(node, FileErrors.describe(e)),
                    e);
        }
    }

    private URI target(URI node) {
        try {
            return URI.create(node + (path.startsWith("/") ? path : "/" + path));
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "\"%s\" is no path of a URL; percent-encode it".formatted(path),
                    e);
        }
    }

    private static void addHeader(HttpRequest.Builder request, String header) {
        int colon = header.indexOf(':');
        try {
            if (colon > 0) {
                request.header(
                        header.substring(0, colon).strip(), header.substring(colon + 1).strip());
                return;
            }
        } catch (IllegalArgumentException e) {
            // Refused below like every other text that is no header.
        }
        throw new CliException(
                ExitCode.WRONG_USAGE,
                "\"%s\" is no header that can be sent; write 'name: value'".formatted(header));
    }

    private BodyPublisher body() throws IOException {
        if (data == null) {
            return BodyPublishers.noBody();
        }
        if (data.equals("@-")) {
            return BodyPublishers.ofByteArray(surroundings().in().readAllBytes());
        }
        if (data.startsWith("@")) {
            Path file = surroundings().resolve(Path.of(data.substring(1)));
            return BodyPublishers.ofByteArray(Files.readAllBytes(file));
        }
        return BodyPublishers.ofString(data);
    }

    private void print(Output output, HttpResponse<InputStream> response, InputStream body)
            throws IOException {
        if (include) {
            output.line("HTTP " + response.statusCode());
            response.headers()
                    .map()
                    .forEach(
                            (name, values) ->
                                    values.forEach(value -> output.line(name + ": " + value)));
            output.line("");
        }
        body.transferTo(surroundings().out());
        surroundings().out().flush();
    }
}
