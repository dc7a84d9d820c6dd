package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link Faults}. */
class FaultsTest {
    @TempDir Path folder;

    @Test
    void showsNoViolationWhileProcessesAreKilled() throws Exception {
        play(new FaultRun(folder, Site.loopback()), FaultRun::start);
    }

    @Test
    void showsNoViolationWhileProcessesAreKilledAndADatabaseIsMoved() throws Exception {
        FaultRun run = new FaultRun(folder, Site.loopback(2));
        play(
                run,
                moving -> {
                    moving.start();
                    moving.moveAllTheTime();
                });
        assertThat(run.moves()).isGreaterThan(3);
    }

    private interface Beginning {
        void begin(FaultRun run) throws IOException;
    }

    private static void play(FaultRun run, Beginning beginning) throws Exception {
        try {
            beginning.begin(run);
            run.work(200);
            int leader = run.leader();
            run.kill(leader);
            run.work(200);
            run.restart(leader);
            int follower = (run.leader() + 1) % 3;
            run.kill(follower);
            run.work(200);
            run.restart(follower);
            run.work(200);
            for (int i = 0; i < 3; i++) {
                run.kill(i);
            }
            run.restartAll();
            run.work(200);
            int stopped = run.leader();
            run.signal(stopped, "STOP");
            run.work(200);
            run.signal(stopped, "CONT");
            run.wipe((run.leader() + 1) % 3);
            run.work(200);
            assertThat(run.finish()).isEmpty();
        } finally {
            run.end();
        }
    }
}
