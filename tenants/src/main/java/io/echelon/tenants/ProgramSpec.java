package io.echelon.tenants;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that is to be run to its end on this machine.
 *
 * @param main path of the entry among {@code files}
 * @param files where each file of the program lies: path within the program → path on this machine
 * @param limits CPU and wall time of the whole run, and its memory
 * @param net permitted hosts; null is every public one, empty is none
 * @param directories what a WASI command sees as its files: path inside → folder on this machine
 */
public record ProgramSpec(
        String main,
        Map<String, String> files,
        List<String> arguments,
        FunctionLimits limits,
        Map<String, String> env,
        @Nullable List<String> net,
        Map<String, String> directories) {}
