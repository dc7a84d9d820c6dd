package io.echelon.deploycli;

import java.util.List;
import picocli.CommandLine.Command;

/** Lists members. */
@Command(
        name = "list",
        description = "List the members of a tenant.",
        footer = {"", "Example:", "  edge members list"})
final class MembersListCommand extends TenantSubcommand {

    MembersListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        output.list(
                client().list(tenantPath().child("members"), "members"),
                List.of("MEMBER", "ROLE", "MAIL", "ADDED"),
                member ->
                        List.of(
                                Views.text(member, "name"),
                                Views.text(member, "role"),
                                Views.text(member, "mail"),
                                Views.time(member, "addedAt")));
        return ExitCode.DONE;
    }
}
