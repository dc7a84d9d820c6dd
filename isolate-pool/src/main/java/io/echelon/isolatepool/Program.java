package io.echelon.isolatepool;

import io.echelon.tenants.FunctionLimits;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One file that is run to its end: a JavaScript module or a WASI command.
 *
 * @param main path of the entry among {@code files}
 * @param files code by path, source maps beside it
 * @param arguments what the program is called with
 * @param limits CPU and wall time of the whole run, and its memory
 * @param env the program's environment
 * @param bindings what a module may reach outside
 * @param directories what a command sees as its files: path inside → folder outside
 * @param in the command's standard input
 * @param out where the program's output goes
 * @param err where its errors go
 */
public record Program(
        String main,
        Map<String, byte[]> files,
        List<String> arguments,
        FunctionLimits limits,
        Map<String, String> env,
        List<HostBinding> bindings,
        Map<String, Path> directories,
        InputStream in,
        OutputStream out,
        OutputStream err) {
    public Program {
        files = Map.copyOf(files);
        arguments = List.copyOf(arguments);
        env = Map.copyOf(env);
        bindings = List.copyOf(bindings);
        directories = Map.copyOf(directories);
        if (!files.containsKey(main)) {
            throw new IllegalArgumentException("the entry " + main + " is not among the files");
        }
    }
}
