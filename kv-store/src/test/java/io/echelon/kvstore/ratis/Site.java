package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the replicas of a {@link FaultRun} live: their addresses, and what their programs run in.
 */
interface Site extends AutoCloseable {
    /** Gives a new member a place. */
    Member member(String name) throws IOException;

    /** What the command that starts a member's program begins with. */
    List<String> prefix(String name);

    /** Options of the JVM of a member's program. */
    List<String> options(String name) throws IOException;

    /** How many shards the store of the members has. */
    default int shards() {
        return 1;
    }

    @Override
    void close() throws IOException;

    /**
     * Ports of this machine, and no certificates.
     *
     * @param options of the JVM of every member's program
     */
    static Site loopback(String... options) {
        return new Site() {
            @Override
            public Member member(String name) throws IOException {
                return Group3.freeMembers(name).getFirst();
            }

            @Override
            public List<String> prefix(String name) {
                return List.of();
            }

            @Override
            public List<String> options(String name) {
                return List.of(options);
            }

            @Override
            public void close() {}
        };
    }

    /** The same, of a store of several shards. */
    static Site loopback(int shards) {
        Site plain = loopback("-Dshards=" + shards);
        return new Site() {
            @Override
            public Member member(String name) throws IOException {
                return plain.member(name);
            }

            @Override
            public List<String> prefix(String name) {
                return plain.prefix(name);
            }

            @Override
            public List<String> options(String name) throws IOException {
                return plain.options(name);
            }

            @Override
            public int shards() {
                return shards;
            }

            @Override
            public void close() throws IOException {
                plain.close();
            }
        };
    }

    /** Small disks in memory, one for each member; mounting them needs root. */
    final class Disks implements Site {
        private static final long RESERVE_BYTES = 16L * 1024 * 1024;

        private final Path folder;
        private final List<Path> mounted = new ArrayList<>();

        Disks(Path folder) {
            this.folder = folder;
        }

        @Override
        public Member member(String name) throws IOException {
            Path disk = folder.resolve(name);
            Files.createDirectories(disk);
            Commands.run("mount", "-t", "tmpfs", "-o", "size=192m", "tmpfs", disk.toString());
            mounted.add(disk);
            return Group3.freeMembers(name).getFirst();
        }

        @Override
        public List<String> prefix(String name) {
            return List.of();
        }

        @Override
        public List<String> options(String name) {
            return List.of("-Dreserve=" + RESERVE_BYTES);
        }

        @Override
        public void close() throws IOException {
            for (Path disk : mounted) {
                Commands.run("umount", "-l", disk.toString());
            }
        }
    }
}
