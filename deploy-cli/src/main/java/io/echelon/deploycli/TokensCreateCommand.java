package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.AppName;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.Right;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a token of a service or of a member. */
@Command(
        name = "create",
        description = "Make a token, and print it, this once.",
        footer = {
            "",
            "Examples:",
            "  edge tokens create --label ci --right apps:deploy --app hello --expires 30",
            "  edge tokens create --label laptop --member ada@example.com"
        })
final class TokensCreateCommand extends TenantSubcommand {
    /** Who is to have the token. */
    static final class Bearer {
        @Option(
                names = "--right",
                paramLabel = "RIGHT",
                description = "What a service may do, such as apps:deploy; may be repeated.")
        private @Nullable List<String> rights;

        @Option(
                names = "--member",
                paramLabel = "NAME",
                description = "The member that signs in with it.")
        private @Nullable String member;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private @Nullable Bearer bearer;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            required = true,
            description = "What it is for, to know it by in lists.")
    private @Nullable String label;

    @Option(
            names = {"-a", "--app"},
            paramLabel = "A",
            description = "The only app that a service may touch; all of the tenant unless given.")
    private @Nullable String app;

    @Option(
            names = "--expires",
            paramLabel = "DAYS",
            description = "How long it is good for; 90 unless given, 366 at most.")
    private @Nullable Integer days;

    TokensCreateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("label", Parameter.given(label));
        Bearer given = Parameter.given(bearer);
        if (given.member != null) {
            token.put("member", new MemberName(given.member).value());
        } else {
            token.put(
                    "rights",
                    Parameter.given(given.rights).stream()
                            .map(name -> Right.of(name).wireName())
                            .toList());
        }
        if (app != null) {
            token.put("app", new AppName(app).value());
        }
        if (days != null) {
            token.put("expiresInDays", days);
        }
        print(output, client().post(tenantPath().child("tokens"), token));
        return ExitCode.DONE;
    }

    /** Prints a token just made: the secret alone on the output, so that it can be piped. */
    static void print(Output output, JsonNode token) {
        output.result(token, Views.text(token, "token"));
        output.note(
                "Token %s, until %s. It is shown this once."
                        .formatted(Views.text(token, "id"), Views.time(token, "expiresAt")));
    }
}
