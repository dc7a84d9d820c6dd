package io.echelon.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may import whom, as the architecture has it, over the compiled classes of all modules. */
final class ModuleLawsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Package of a module and the modules that it may import. */
    private static final Map<String, Set<String>> MAY_IMPORT =
            Map.of(
                    "tenants", Set.of(),
                    "kvstore", Set.of("tenants"),
                    "cron", Set.of("tenants", "kvstore"),
                    "isolatepool", Set.of("tenants"),
                    "edgeruntime", Set.of("tenants", "kvstore", "cron", "isolatepool"),
                    "controlplane", Set.of("tenants", "kvstore", "cron"),
                    "deploycli", Set.of("tenants"));

    /** Libraries and the only module that may import them. */
    private static final Map<String, String> ONLY_IMPORTED_BY =
            Map.of(
                    "org.graalvm..", "isolatepool",
                    "com.oracle.truffle..", "isolatepool",
                    "org.apache.ratis..", "kvstore",
                    "org.rocksdb..", "kvstore",
                    "org.infinispan..", "kvstore",
                    "org.jgroups..", "kvstore",
                    "com.cronutils..", "cron",
                    "picocli..", "deploycli");

    private static JavaClasses classes;

    @BeforeAll
    static void read() throws Exception {
        try (Stream<Path> modules = Files.list(ROOT)) {
            List<Path> folders =
                    modules.map(module -> module.resolve("target/classes"))
                            .filter(Files::isDirectory)
                            .toList();
            classes = new ClassFileImporter().importPaths(folders);
        }
    }

    static Set<String> modules() {
        return new TreeSet<>(MAY_IMPORT.keySet());
    }

    static Set<String> libraries() {
        return new TreeSet<>(ONLY_IMPORTED_BY.keySet());
    }

    @Test
    void theClassesOfEveryModuleThatHasSomeWereRead() {
        for (String built : List.of("tenants", "kvstore", "isolatepool")) {
            assertThat(classes.that(resideInAPackage(packageOf(built)))).as(built).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleImportsOnlyWhatItMay(String module) {
        String[] forbidden =
                MAY_IMPORT.keySet().stream()
                        .filter(other -> !other.equals(module))
                        .filter(other -> !MAY_IMPORT.get(module).contains(other))
                        .map(ModuleLawsTest::packageOf)
                        .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(packageOf(module))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true)
                .check(classes);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aLibraryIsImportedByItsModuleAlone(String library) {
        noClasses()
                .that()
                .resideOutsideOfPackage(packageOf(ONLY_IMPORTED_BY.get(library)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(classes);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aCapabilityDoesNotImportItsBackend(String module) {
        DescribedPredicate<JavaClass> backends =
                resideInAnyPackage("io.echelon." + module + ".*..");
        noClasses()
                .that()
                .resideInAPackage("io.echelon." + module)
                .should()
                .dependOnClassesThat(backends)
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void thereAreNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.echelon.(*)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    private static String packageOf(String module) {
        return "io.echelon." + module + "..";
    }
}
