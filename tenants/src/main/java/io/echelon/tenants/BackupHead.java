package io.echelon.tenants;

import java.time.Instant;
import java.util.UUID;

/**
 * How a backup begins.
 *
 * @param rows number of the form in which rows and messages are written, which is that of the store
 * @param identity of the store, from which those of its databases follow
 * @param lastGroup number of the newest group of commits in it, at least 0
 * @param takenAt when the state was taken
 * @param version of the program that wrote it
 */
public record BackupHead(
        int rows, UUID identity, long lastGroup, Instant takenAt, String version) {}
