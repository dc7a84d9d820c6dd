package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.TenantName;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Remembers a platform and the token for it, once the platform has accepted it. */
@Command(
        name = "login",
        description = "Sign in to a platform; the token is asked for, or read from the input.",
        footer = {"", "Example:", "  edge login https://control.example.com"})
final class LoginCommand extends Subcommand {
    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "The control plane's address; else ECHELON_CONTROL.")
    private @Nullable String control;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The token; better typed or piped, since others may see a command line.")
    private @Nullable String token;

    LoginCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        String address = control == null ? surroundings().variable("ECHELON_CONTROL") : control;
        if (address == null) {
            address = "http://127.0.0.1:7070";
        }
        Account account = new Account(Account.address(address), readToken().strip());
        JsonNode tenant = ApiClient.of(account).get(ApiPath.of("whoami")).path("tenant");
        account.save(
                surroundings(),
                tenant.isTextual() ? new TenantName(tenant.asText()) : TenantName.DEFAULT);
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("control", account.control().toString()));
        } else {
            output.line("Signed in to " + account.control());
        }
        return ExitCode.DONE;
    }

    @SuppressWarnings("SystemConsoleNull") // null where the launcher chose the plain console
    private String readToken() throws IOException {
        if (token != null) {
            return token;
        }
        Console console = System.console();
        if (surroundings().inputIsTerminal() && console != null) {
            char[] typed = console.readPassword("Token: ");
            return typed == null ? "" : new String(typed);
        }
        String line =
                new BufferedReader(
                                new InputStreamReader(surroundings().in(), StandardCharsets.UTF_8))
                        .readLine();
        if (line == null || line.isBlank()) {
            throw new CliException(
                    ExitCode.WRONG_USAGE, "No token: give --token, or pipe it into the command");
        }
        return line;
    }
}
