package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader whose process ends is followed by another before its silence would show. */
class SuccessionTest {
    private static final int SILENCE_SECONDS = 15;

    @TempDir Path folder;

    @Test
    void aLeaderThatWasKilledIsReplacedLongBeforeItsSilenceShows() throws Exception {
        Site patient = Site.loopback("-Dsilence=" + SILENCE_SECONDS * 1_000);
        FaultRun run = new FaultRun(folder, patient);
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
