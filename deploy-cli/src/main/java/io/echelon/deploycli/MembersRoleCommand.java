package io.echelon.deploycli;

import io.echelon.tenants.Json;
import io.echelon.tenants.MailAddress;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes a member's role. */
@Command(
        name = "role",
        description = "Change a member's role, at once for all its tokens.",
        footer = {"", "Example:", "  edge members role ada@example.com admin"})
final class MembersRoleCommand extends TenantSubcommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The member's name.")
    private @Nullable String name;

    @Parameters(
            index = "1",
            paramLabel = "ROLE",
            description = "viewer, developer, admin or owner.")
    private @Nullable String role;

    @Option(
            names = "--mail",
            paramLabel = "ADDRESS",
            description =
                    "Invite the member by this address, as whom whoever shows it first signs in; '' is by none.")
    private @Nullable String mail;

    MembersRoleCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String member = new MemberName(Parameter.given(name)).value();
        Role given = Role.ofMember(Parameter.given(role));
        Map<String, String> change = new LinkedHashMap<>(Map.of("role", given.wireName()));
        if (mail != null) {
            change.put("mail", mail.isEmpty() ? "" : MailAddress.of(mail).value());
        }
        client().put(tenantPath().child("members").child(member), Json.bytes(change));
        output.note("%s is %s of %s.".formatted(member, given.wireName(), tenant()));
        return ExitCode.DONE;
    }
}
