package io.echelon.tenants;

/**
 * Where the functions that JSX becomes come from.
 *
 * @param importSource a package such as {@code hono/jsx}; empty is a {@code React} in scope
 */
public record Jsx(String importSource) {
    /** {@code React.createElement}, or what the folder's {@code tsconfig.json} says. */
    public static final Jsx UNSET = new Jsx("");
}
