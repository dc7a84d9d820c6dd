package io.echelon.tenants;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a function may reach besides its own isolate.
 *
 * @param net permitted hosts ({@code host}, {@code host:port}, {@code *.host}); null is the public
 *     internet, empty is none
 * @param env names of the environment that it sees; null is all of its own
 * @param kv whether it may open its own key-value databases
 */
public record Permissions(@Nullable List<String> net, @Nullable List<String> env, boolean kv) {
    /** The public internet, its own environment and its own databases. */
    public static final Permissions DEFAULT = new Permissions(null, null, true);

    public Permissions {
        net = net == null ? null : List.copyOf(net);
        env = env == null ? null : List.copyOf(env);
    }
}
