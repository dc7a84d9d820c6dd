package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvironmentFileTest {
    @TempDir private Path folder;

    @Test
    void readsNamesValuesQuotesAndComments() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve(".env"),
                        """
                        # a comment
                        PLAIN=value # trailing
                        export EXPORTED = spaced
                        HASH=a#b
                        EMPTY=
                        SINGLE='a # b\\n'
                        DOUBLE="two\\nlines"
                        URL=https://example.com/?a=b
                        """);

        assertThat(EnvironmentFile.read(file))
                .isEqualTo(
                        Map.of(
                                "PLAIN", "value",
                                "EXPORTED", "spaced",
                                "HASH", "a#b",
                                "EMPTY", "",
                                "SINGLE", "a # b\\n",
                                "DOUBLE", "two\nlines",
                                "URL", "https://example.com/?a=b"));
    }

    @Test
    void aLineThatIsNoVariableIsNamedByItsNumber() throws IOException {
        Path file = Files.writeString(folder.resolve(".env"), "A=1\nwhat is this\n");

        assertThat(
                        catchThrowableOfType(
                                        EchelonException.class, () -> EnvironmentFile.read(file))
                                .reason())
                .endsWith(".env:2: not a variable; write NAME=value");
    }
}
