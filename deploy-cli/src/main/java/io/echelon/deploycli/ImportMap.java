package io.echelon.deploycli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configuration's {@code imports}, as aliases that esbuild understands. */
final class ImportMap {
    /** {@code npm:hono@^4/jsx}: the package with its scope, a version, and a path. */
    private static final Pattern NPM =
            Pattern.compile("npm:/?((?:@[^/@]+/)?[^/@]+)(?:@[^/]*)?(/.*)?");

    private ImportMap() {}

    static List<String> aliases(Map<String, String> imports) {
        List<String> aliases = new ArrayList<>();
        new TreeMap<>(imports)
                .forEach(
                        (key, target) -> {
                            String alias = alias(key, target);
                            if (!alias.isEmpty()) {
                                aliases.add(alias);
                            }
                        });
        return aliases;
    }

    /** The package, with its path, that an {@code npm:} specifier names. */
    static String packageOf(String specifier) {
        Matcher npm = NPM.matcher(specifier);
        if (!npm.matches()) {
            throw refuse("\"%s\" is not a package; write npm:NAME@VERSION".formatted(specifier));
        }
        return npm.group(1) + (npm.group(2) == null ? "" : npm.group(2));
    }

    private static String alias(String key, String target) {
        if (key.isEmpty() || key.startsWith(".") || key.startsWith("/") || key.contains("=")) {
            throw refuse(
                    "\"imports\" has the key \"%s\"; a key must be a name like \"lib\" or a prefix like \"@/\""
                            .formatted(key));
        }
        if (key.endsWith("/") != target.endsWith("/")) {
            throw refuse(
                    "\"imports\" maps \"%s\" to \"%s\"; either both end in a slash, or neither"
                            .formatted(key, target));
        }
        String replacement = withoutSlash(replacement(key, target));
        String name = withoutSlash(key);
        return name.equals(replacement) ? "" : "--alias:" + name + "=" + replacement;
    }

    private static String replacement(String key, String target) {
        if (target.startsWith("npm:")) {
            return packageOf(target);
        }
        if (target.startsWith("jsr:")
                || target.startsWith("http:")
                || target.startsWith("https:")) {
            throw refuse(
                    "\"imports\" maps \"%s\" to \"%s\"; bundles are made of local files and npm packages%s"
                            .formatted(
                                    key,
                                    target,
                                    target.startsWith("jsr:")
                                            ? ": `npx jsr add` installs one of JSR as such"
                                            : ""));
        }
        return target;
    }

    private static String withoutSlash(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static CliException refuse(String message) {
        return new CliException(ExitCode.FAILED, message);
    }
}
