package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.echelon.tenants.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The routes of the API as the table in docs/tenants.md has them. */
final class GuideRoutes {
    private static final Pattern ROW =
            Pattern.compile("\\| `([A-Z]+) (/[^`]*)` \\| `([a-z:]+)` \\| ([a-z]+) \\|");

    /** A route, whose path has its parameters in braces. */
    record Route(String method, String path) {
        boolean isOfTenant() {
            return path.contains("{tenant}");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private GuideRoutes() {}

    /** The right that each needs. */
    static Map<Route, Right> rights() throws IOException {
        return rows(row -> Right.of(row.group(3)));
    }

    /** The least role that has that right. */
    static Map<Route, Role> roles() throws IOException {
        return rows(row -> Role.valueOf(row.group(4).toUpperCase(Locale.ROOT)));
    }

    private static <T> Map<Route, T> rows(Function<Matcher, T> column) throws IOException {
        Map<Route, T> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(text());
        while (row.find()) {
            rows.put(new Route(row.group(1), row.group(2)), column.apply(row));
        }
        return rows;
    }

    private static String text() throws IOException {
        return Files.readString(
                Path.of(System.getProperty("basedir")).resolveSibling("docs/tenants.md"));
    }
}
