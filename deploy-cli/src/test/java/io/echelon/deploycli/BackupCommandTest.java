package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupHead;
import io.echelon.tenants.BackupWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class BackupCommandTest extends CommandTest {
    private static final Instant TAKEN = Instant.parse("2026-01-31T12:00:00Z");
    private static final String STAMP = "000000000000002affff";

    private static byte[] backup() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new BackupWriter(out, new BackupHead(1, UUID.randomUUID(), 42, TAKEN, "1"))
                .end(
                        new BackupContents(
                                STAMP,
                                TAKEN,
                                "1",
                                List.of(new BackupContents.Database("system", 1_234, 5_000, 6)),
                                7,
                                8,
                                List.of("5f0c"),
                                List.of()));
        return out.toByteArray();
    }

    private Path file() {
        return folder.resolve("platform.backup");
    }

    @Test
    void aBackupIsWrittenCheckedAndItsContentsAreTold() throws IOException {
        byte[] backup = backup();
        server.answer("GET /api/v1/backup", backup);
        Ending taken = shell.run("backup", "platform.backup");
        assertThat(taken.exitCode()).as(taken.err()).isZero();
        assertThat(taken.out())
                .contains(
                        "is whole: 1 database with 1,234 entries and 6 messages",
                        "7 blobs",
                        STAMP,
                        TAKEN.toString());
        assertThat(taken.err()).contains("master key 5f0c", "not in it");
        assertThat(file()).hasBinaryContent(backup);
        assertThat(Files.getPosixFilePermissions(file()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(folder.resolve("platform.backup.making")).doesNotExist();
        Ending checked = shell.run("backup", "--check", "platform.backup", "--json");
        assertThat(checked.exitCode()).as(checked.err()).isZero();
        assertThat(checked.out()).contains("\"versionstamp\":\"" + STAMP + "\"");
    }

    @Test
    void aBackupThatBrokeOffIsNoFile() throws IOException {
        byte[] whole = backup();
        server.answer("GET /api/v1/backup", Arrays.copyOf(whole, whole.length - 10));
        Ending ending = shell.run("backup", "platform.backup");
        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.err()).contains("not taken", "before it is whole");
        assertThat(folder.resolve("platform.backup")).doesNotExist();
        assertThat(folder.resolve("platform.backup.making")).doesNotExist();
    }

    @Test
    void whatWasThereStaysWhenTheNextBackupIsDamaged() throws IOException {
        Files.writeString(file(), "the one of yesterday");
        byte[] damaged = backup();
        damaged[40] ^= 1;
        server.answer("GET /api/v1/backup", damaged);
        assertThat(shell.run("backup", "platform.backup").exitCode()).isEqualTo(1);
        assertThat(file()).hasContent("the one of yesterday");
    }

    @Test
    void aFullDiskIsToldAndLeavesNothing() throws IOException {
        Path making = folder.resolve("platform.backup.making");
        Files.createSymbolicLink(making, Path.of("/dev/full"));
        server.answer("GET /api/v1/backup", backup());
        Ending ending = shell.run("backup", "platform.backup");
        assertThat(ending.exitCode()).isEqualTo(5);
        assertThat(ending.err()).contains("disk", "is full", "not taken");
        assertThat(file()).doesNotExist();
        assertThat(Files.exists(making, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void aPlatformThatHasRunIsNotRestoredOver() throws IOException {
        Files.createDirectories(folder.resolve("data/nodes/node-1/kv"));
        Files.write(file(), backup());
        Ending ending = shell.run("up", "--data", "data", "--restore", "platform.backup");
        assertThat(ending.exitCode()).isEqualTo(1);
        assertThat(ending.err()).contains("has run", "choose another --data");
        assertThat(folder.resolve("data/restoring")).doesNotExist();
    }
}
