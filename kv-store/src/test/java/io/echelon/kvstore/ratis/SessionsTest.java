package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final byte[] REPLY = LogCodec.write(new Reply.Done(List.of()));
    private static final UUID QUIET = new UUID(0, 1);

    private final Sessions sessions = new Sessions();
    private final Map<String, byte[]> notes = new HashMap<>();

    @Test
    void answersTheLastRequestAgainAndNoEarlierOne() throws IOException {
        keep(QUIET, 1, 0);
        keep(QUIET, 4, 0);
        assertThat(sessions.answered(request(QUIET, 4, 1))).isEqualTo(REPLY);
        assertThat(answer(sessions, request(QUIET, 3, 1))).isEqualTo(new Reply.Superseded());
        assertThat(sessions.answered(request(QUIET, 5, 4))).isNull();
        assertThat(sessions.answered(request(new UUID(0, 2), 1, 0))).isNull();
    }

    @Test
    void isTheSameAfterItWasReadFromItsNotes() {
        keep(QUIET, 7, 500);
        assertThat(Sessions.of(notes).answered(request(QUIET, 7, 6))).isEqualTo(REPLY);
    }

    @Test
    void forgetsASessionAfterTenMinutesOfTheLogsTime() throws IOException {
        keep(QUIET, 1, 0);
        for (int second = 1; second <= 602; second++) {
            keep(new UUID(1, second), 1, second * 1_000L);
        }
        assertThat(answer(sessions, request(QUIET, 1, 1))).isEqualTo(new Reply.Forgotten());
        assertThat(answer(Sessions.of(notes), request(QUIET, 1, 1)))
                .isEqualTo(new Reply.Forgotten());
        assertThat(notes.size()).isLessThan(605);
    }

    @Test
    void forgetsNothingWhenALeadersClockJumpsByAnHour() {
        keep(QUIET, 1, 0);
        keep(new UUID(0, 2), 1, 3_600_000);
        keep(new UUID(0, 3), 1, 0);
        keep(new UUID(0, 4), 1, 7_200_000);
        assertThat(sessions.answered(request(QUIET, 1, 0))).isEqualTo(REPLY);
    }

    private void keep(UUID session, long sequence, long timeMs) {
        Sessions.Changes changes = sessions.keep(request(session, sequence, 0), REPLY, timeMs);
        notes.putAll(changes.written());
        changes.removed().forEach(notes::remove);
    }

    private static Reply answer(Sessions sessions, Request request) throws IOException {
        byte[] answer = sessions.answered(request);
        assertThat(answer).isNotNull();
        return LogCodec.readReply(answer);
    }

    private static Request request(UUID session, long sequence, long answered) {
        return new Request(session, sequence, answered, List.of());
    }
}
