package io.echelon.isolatepool;

import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import java.util.List;
import java.util.Map;

/**
 * A revision's code and how it is to be run.
 *
 * @param main path of the entry among {@code files}: {@code .js} and {@code .mjs} are ES modules,
 *     {@code .wasm} is a WASI command
 * @param files code by path, with {@code /}; a source map stands beside its file as {@code
 *     NAME.map}. The byte arrays must not be changed afterwards
 * @param warm isolates kept warm, 0 or more
 * @param env what the guest sees as its environment
 * @param bindings everything that the guest may reach, by unique names
 * @param log where its console goes
 */
public record FunctionImage(
        RevisionId id,
        String main,
        Map<String, byte[]> files,
        Isolation isolation,
        int warm,
        FunctionLimits limits,
        Map<String, String> env,
        List<HostBinding> bindings,
        GuestLog log) {
    public FunctionImage {
        files = Map.copyOf(files);
        env = Map.copyOf(env);
        bindings = List.copyOf(bindings);
    }
}
