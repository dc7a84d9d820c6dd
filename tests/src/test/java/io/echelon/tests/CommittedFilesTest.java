package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stands in the source tree belongs to the project alone, not to a machine it was made on. */
final class CommittedFilesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Set<String> MADE =
            Set.of(".git", "target", "node_modules", ".idea", ".vscode");

    private static final Pattern LOCK_ADDRESS = Pattern.compile("\"resolved\"|https?://registry");

    private static final List<Path> FILES = new ArrayList<>();

    @BeforeAll
    static void list() throws IOException {
        Files.walkFileTree(
                ROOT,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        return MADE.contains(String.valueOf(folder.getFileName()))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        FILES.add(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    @Test
    void noFileNamesTheFolderThatItLiesIn() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path file : FILES) {
            if (text(file).contains(ROOT.toString() + "/")) {
                found.add(file);
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void lockFilesHoldHashesAndNoAddresses() throws IOException {
        List<Path> locks =
                FILES.stream().filter(file -> file.endsWith("package-lock.json")).toList();
        assertThat(locks).isNotEmpty();
        for (Path lock : locks) {
            String text = text(lock);
            assertThat(LOCK_ADDRESS.matcher(text).find()).as(lock.toString()).isFalse();
            if (text.contains("node_modules/")) {
                assertThat(text).as(lock.toString()).contains("\"integrity\"");
            }
        }
    }

    @Test
    void everyModuleSaysWhatItIs() throws IOException {
        for (Path file : FILES) {
            Path folder = file.getParent();
            if (file.endsWith("pom.xml") && folder != null && !folder.equals(ROOT)) {
                assertThat(folder.resolve("README.md")).exists();
            }
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}
