package io.echelon.deploycli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a process of the platform is started.
 *
 * @param name {@code control-plane} or the node's id
 */
record ServerCommand(
        String name, Path folder, List<String> arguments, Map<String, String> environment) {
    ServerCommand {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }
}
