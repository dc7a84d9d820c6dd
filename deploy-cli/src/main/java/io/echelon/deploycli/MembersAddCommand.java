package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.MailAddress;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds a member. */
@Command(
        name = "add",
        description =
                "Add a member, and print the token by which it signs in, this once; or invite one by mail, who signs in to the console through the platform's outside provider.",
        footer = {
            "",
            "Examples:",
            "  edge members add ada --role developer",
            "  edge members add ada --role developer --mail ada@example.com"
        })
final class MembersAddCommand extends TenantSubcommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The member's name.")
    private @Nullable String name;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            required = true,
            description = "viewer, developer, admin or owner.")
    private @Nullable String role;

    @Option(
            names = "--expires",
            paramLabel = "DAYS",
            description = "How long the token is good for; 90 unless given, 366 at most.")
    private @Nullable Integer days;

    @Option(
            names = "--mail",
            paramLabel = "ADDRESS",
            description =
                    "Make no token; whoever signs in through the outside provider by this address is the member.")
    private @Nullable String mail;

    MembersAddCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("name", new MemberName(Parameter.given(name)).value());
        member.put("role", Role.ofMember(Parameter.given(role)).wireName());
        if (days != null) {
            member.put("expiresInDays", days);
        }
        if (mail != null) {
            member.put("mail", MailAddress.of(mail).value());
        }
        JsonNode made = client().post(tenantPath().child("members"), member);
        if (mail == null) {
            TokensCreateCommand.print(output, made);
        } else {
            output.result(made, Views.text(made, "mail"));
            output.note(
                    "%s signs in to the console by this address.".formatted(member.get("name")));
        }
        return ExitCode.DONE;
    }
}
