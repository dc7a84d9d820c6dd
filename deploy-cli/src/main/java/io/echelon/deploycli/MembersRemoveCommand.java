package io.echelon.deploycli;

import io.echelon.tenants.MemberName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a member. */
@Command(
        name = "remove",
        description = "Remove a member and revoke all its tokens.",
        footer = {"", "Example:", "  edge members remove ada@example.com"})
final class MembersRemoveCommand extends TenantSubcommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The member's name.")
    private @Nullable String name;

    MembersRemoveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String member = new MemberName(Parameter.given(name)).value();
        client().delete(tenantPath().child("members").child(member));
        output.note("%s is no member of %s any more.".formatted(member, tenant()));
        return ExitCode.DONE;
    }
}
