package io.echelon.deploycli;

import picocli.CommandLine.Command;

/** Removes a node that joined. */
@Command(
        name = "remove",
        description = {
            "Remove a node that joined from another machine, for good: the platform lets its certificate",
            "in no more, and the node ends. Drain it first, so that no request is lost."
        },
        footer = {"", "Example:", "  edge node drain joined-1 && edge node remove joined-1"})
final class NodeRemoveCommand extends NodeSubcommand {
    NodeRemoveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        client().delete(path());
        output.note("%s is removed".formatted(node()));
        return ExitCode.DONE;
    }
}
