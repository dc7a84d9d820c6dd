package io.echelon.kvstore.ratis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The last request of every gateway and its reply, part of the replicated state: a request that
 * comes again is answered and not done again.
 *
 * <p>A gateway has one request under way, so its last one is enough. Sessions are forgotten by a
 * clock that the log moves: by the time between the leaders' times of two entries, at most {@link
 * #STEP_MAX_MS}, so that a leader whose clock jumps makes nothing be forgotten.
 */
final class Sessions {
    /** Time without a request after which a session may be forgotten. */
    static final long KEPT_MS = 600_000;

    private static final long STEP_MAX_MS = 1_000;
    private static final int SESSIONS_MAX = 10_000;
    private static final String PREFIX = "session/";
    private static final String CLOCK = "sessions-clock";

    private final Map<String, Session> sessions = new HashMap<>();
    private long clockMs;
    private long lastTimeMs;

    private record Session(long sequence, long usedMs, byte[] reply) {
        byte[] encoded() {
            return ByteBuffer.allocate(2 * Long.BYTES + reply.length)
                    .putLong(sequence)
                    .putLong(usedMs)
                    .put(reply)
                    .array();
        }

        static Session decode(byte[] encoded) {
            ByteBuffer in = ByteBuffer.wrap(encoded);
            long sequence = in.getLong();
            long usedMs = in.getLong();
            byte[] reply = new byte[in.remaining()];
            in.get(reply);
            return new Session(sequence, usedMs, reply);
        }
    }

    /** What a state has noted. */
    static Sessions of(Map<String, byte[]> notes) {
        Sessions sessions = new Sessions();
        notes.forEach(
                (name, note) -> {
                    if (name.startsWith(PREFIX)) {
                        sessions.sessions.put(name, Session.decode(note));
                    } else if (name.equals(CLOCK)) {
                        ByteBuffer in = ByteBuffer.wrap(note);
                        sessions.clockMs = in.getLong();
                        sessions.lastTimeMs = in.getLong();
                    }
                });
        return sessions;
    }

    /** What all names of notes of this class begin with. */
    static String notesPrefix() {
        return "session";
    }

    /** The reply to a request that must not be done, or null for one that must. */
    byte @Nullable [] answered(Request request) {
        Session session = sessions.get(name(request.session()));
        if (session == null) {
            return request.answered() > 0 ? LogCodec.write(new Reply.Forgotten()) : null;
        }
        if (request.sequence() == session.sequence()) {
            return session.reply();
        }
        return request.sequence() < session.sequence()
                ? LogCodec.write(new Reply.Superseded())
                : null;
    }

    /** Keeps the reply to a request that is being done; tells what to note for it. */
    Changes keep(Request request, byte[] reply, long timeMs) {
        clockMs += Math.clamp(timeMs - lastTimeMs, 0, STEP_MAX_MS);
        lastTimeMs = timeMs;
        String name = name(request.session());
        List<String> forgotten = sessions.containsKey(name) ? List.of() : forget();
        Session session = new Session(request.sequence(), clockMs, reply);
        sessions.put(name, session);
        return new Changes(
                Map.of(
                        name,
                        session.encoded(),
                        CLOCK,
                        ByteBuffer.allocate(2 * Long.BYTES)
                                .putLong(clockMs)
                                .putLong(lastTimeMs)
                                .array()),
                forgotten);
    }

    /** Notes to write and to remove. */
    record Changes(Map<String, byte[]> written, List<String> removed) {
        static final Changes NONE = new Changes(Map.of(), List.of());

        /** These and later ones, as one. */
        Changes then(Changes later) {
            if (written.isEmpty() && removed.isEmpty()) {
                return later;
            }
            Map<String, byte[]> allWritten = new HashMap<>(written);
            allWritten.keySet().removeAll(later.removed);
            allWritten.putAll(later.written);
            Set<String> allRemoved = new HashSet<>(removed);
            allRemoved.addAll(later.removed);
            allRemoved.removeAll(later.written.keySet());
            return new Changes(allWritten, List.copyOf(allRemoved));
        }
    }

    private List<String> forget() {
        List<String> forgotten = new ArrayList<>();
        sessions.forEach(
                (name, session) -> {
                    if (clockMs - session.usedMs() > KEPT_MS) {
                        forgotten.add(name);
                    }
                });
        if (forgotten.isEmpty() && sessions.size() >= SESSIONS_MAX) {
            sessions.entrySet().stream()
                    .min(
                            Map.Entry.<String, Session>comparingByValue(
                                            (a, b) -> Long.compare(a.usedMs(), b.usedMs()))
                                    .thenComparing(Map.Entry.comparingByKey()))
                    .ifPresent(oldest -> forgotten.add(oldest.getKey()));
        }
        forgotten.forEach(sessions::remove);
        return forgotten;
    }

    private static String name(UUID session) {
        return PREFIX + session;
    }
}
