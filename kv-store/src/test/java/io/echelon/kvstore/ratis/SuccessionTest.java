package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader whose process ends is followed by another before its silence would show. */
class SuccessionTest {
    private static final int SILENCE_SECONDS = 15;

    @TempDir Path folder;

    /** Members that wait long before they run for election of their own accord. */
    private static final class Patient implements Site {
        private final Site site = Site.loopback();

        @Override
        public Member member(String name) throws IOException {
            return site.member(name);
        }

        @Override
        public List<String> prefix(String name) {
            return List.of();
        }

        @Override
        public List<String> options(String name) {
            return List.of("-Dsilence=" + SILENCE_SECONDS * 1_000);
        }

        @Override
        public void close() {}
    }

    @Test
    void aLeaderThatWasKilledIsReplacedLongBeforeItsSilenceShows() throws Exception {
        FaultRun run = new FaultRun(folder, new Patient());
        try {
            run.start();
            for (int i = 0; i < 3; i++) {
                run.work(100);
                int leader = run.leader();
                run.awaitAll();
                run.kill(leader);
                assertThat(run.secondsUntilTheNextCommit()).isLessThan(SILENCE_SECONDS);
                run.restart(leader);
            }
            run.work(100);
            assertThat(run.finish()).isEmpty();
        } finally {
            run.end();
        }
    }
}
