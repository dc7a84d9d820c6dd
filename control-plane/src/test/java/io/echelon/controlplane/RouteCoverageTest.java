package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.controlplane.GuideRoutes.Route;
import io.echelon.tenants.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Whether the tests that came before, which is all of those with a running API when all tests run,
 * have had every route do what it is for, refuse, and not find.
 */
final class RouteCoverageTest {
    /** An order needs an authority, which {@link RenewalTest} has, below the API. */
    private static final String ORDER =
            "/api/v1/tenants/{tenant}/apps/{app}/domains/{host}/certificate/order";

    /** What is put there is made. */
    private static final String PLAN = "/api/v1/plans/{plan}";

    @Test
    void everyRouteWasSeenToSucceedToRefuseAndNotToFind() throws IOException {
        Assumptions.assumeTrue(
                System.getProperty("test", "*Test").endsWith("*Test")
                        && Files.exists(RoutesSeen.FILE),
                "only some tests run");
        Map<Route, Right> rights = GuideRoutes.rights();
        Map<Route, Set<Integer>> seen = seen();
        List<String> missing = new ArrayList<>();
        seen.forEach(
                (route, statuses) -> {
                    if (!route.path().equals(ORDER)) {
                        require(missing, route, statuses, "to succeed", 200, 201, 202, 204);
                    }
                    require(missing, route, statuses, "to refuse nobody", 401);
                    if (rights.get(route) != Right.PLATFORM_READ) { // which everybody has
                        require(missing, route, statuses, "to need its right", 403);
                    }
                    if (route.path().contains("{") && !route.path().equals(PLAN)) {
                        require(missing, route, statuses, "not to find", 404);
                    }
                });
        assertThat(missing).isEmpty();
    }

    private static void require(
            List<String> missing, Route route, Set<Integer> seen, String what, int... any) {
        for (int status : any) {
            if (seen.contains(status)) {
                return;
            }
        }
        missing.add("%s was never seen %s, but %s".formatted(route, what, seen));
    }

    private static Map<Route, Set<Integer>> seen() throws IOException {
        Map<Route, Set<Integer>> seen = new HashMap<>();
        Map<Route, Pattern> patterns = new HashMap<>();
        for (Route route : GuideRoutes.rights().keySet()) {
            seen.put(route, new TreeSet<>());
            patterns.put(route, Pattern.compile(route.path().replaceAll("\\{[^}]*}", "[^/]+")));
        }
        for (String line : Files.readAllLines(RoutesSeen.FILE)) {
            String[] parts = line.split(" ", 3);
            patterns.forEach(
                    (route, pattern) -> {
                        if (route.method().equals(parts[0])
                                && pattern.matcher(parts[1]).matches()) {
                            seen.get(route).add(Integer.valueOf(parts[2]));
                        }
                    });
        }
        return seen;
    }
}
