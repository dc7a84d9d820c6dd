package io.echelon.deploycli;

import io.echelon.tenants.Json;
import io.echelon.tenants.MemberName;
import io.echelon.tenants.Role;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    MembersRoleCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String member = new MemberName(Parameter.given(name)).value();
        Role given = Role.ofMember(Parameter.given(role));
        client().put(
                        tenantPath().child("members").child(member),
                        Json.bytes(Map.of("role", given.wireName())));
        output.note("%s is %s of %s.".formatted(member, given.wireName(), tenant()));
        return ExitCode.DONE;
    }
}
