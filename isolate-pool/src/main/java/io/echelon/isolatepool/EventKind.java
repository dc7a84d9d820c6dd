package io.echelon.isolatepool;

/** What a function is called for besides requests. */
public enum EventKind {
    /** Messages of a queue, several at a time: {@code queue(batch, env, ctx)}. */
    QUEUE("queue"),
    /** A message of a database's queue: {@code kv.listenQueue}. */
    LISTEN("listen"),
    /** A cron of the configuration: {@code scheduled(event, env, ctx)}. */
    SCHEDULED("scheduled"),
    /** A cron that the module registered: {@code Deno.cron}. */
    CRON("cron");

    private final String wireName;

    EventKind(String wireName) {
        this.wireName = wireName;
    }

    /** What the platform inside an isolate calls it. */
    public String wireName() {
        return wireName;
    }

    /**
     * The kind of a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static EventKind ofWireName(String wireName) {
        for (EventKind kind : values()) {
            if (kind.wireName.equals(wireName)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of event: " + wireName);
    }
}
