package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every route says which right it needs, or that it needs none. */
class DeclaredRightsTest {
    @Test
    void everyRouteDeclaresItsRight() throws Exception {
        List<Method> routes = routes();

        assertThat(routes).hasSizeGreaterThan(30);
        assertThat(routes)
                .allMatch(
                        route ->
                                route.isAnnotationPresent(Needs.class)
                                        ^ route.isAnnotationPresent(OpenToAll.class));
    }

    @Test
    void onlyTheRootKeysSigningInAndJoiningAreOpenToAll() throws Exception {
        assertThat(routes())
                .filteredOn(route -> route.isAnnotationPresent(OpenToAll.class))
                .extracting(route -> route.getDeclaringClass().getSimpleName())
                .containsOnly(
                        "HomeResource",
                        "SignInResource",
                        "ProviderSignInResource",
                        "AssetsResource",
                        "JwksResource",
                        "JoinResource");
    }

    private static List<Method> routes() throws IOException, ClassNotFoundException {
        Path folder =
                Path.of(System.getProperty("basedir"), "target/classes/io/echelon/controlplane");
        List<Method> routes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                String name = folder.relativize(file).toString().replace('/', '.');
                if (name.endsWith(".class")) {
                    String type =
                            "io.echelon.controlplane."
                                    + name.substring(0, name.length() - ".class".length());
                    for (Method method :
                            Class.forName(type, false, DeclaredRightsTest.class.getClassLoader())
                                    .getDeclaredMethods()) {
                        if (isRoute(method)) {
                            routes.add(method);
                        }
                    }
                }
            }
        }
        return routes;
    }

    private static boolean isRoute(Method method) {
        return Arrays.stream(method.getAnnotations())
                .anyMatch(
                        annotation ->
                                annotation.annotationType().isAnnotationPresent(HttpMethod.class));
    }
}
