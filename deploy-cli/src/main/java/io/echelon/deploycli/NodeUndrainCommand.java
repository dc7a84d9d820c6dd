package io.echelon.deploycli;

import java.util.Map;
import picocli.CommandLine.Command;

/** Has a node serve again. */
@Command(
        name = "undrain",
        description = "Have a node that is drained serve again.",
        footer = {"", "Example:", "  edge node undrain node-2"})
final class NodeUndrainCommand extends NodeSubcommand {
    NodeUndrainCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        var _ = client().post(path().child("undrain"), Map.of());
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("node", node()));
        } else {
            output.line("%s serves again".formatted(node()));
        }
        return ExitCode.DONE;
    }
}
