package io.echelon.controlplane;

import io.echelon.cron.CronRun;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the routes of crons take and answer. */
public final class CronViews {
    private CronViews() {}

    /**
     * A cron in force.
     *
     * @param source {@code edge.json} or {@code Deno.cron}
     * @param state {@code active} or {@code paused}
     * @param running how many of its fires are under way
     * @param next when it fires next; null when it is paused
     * @param last its newest run; null when there is none
     */
    public record Cron(
            String name,
            String schedule,
            String timezone,
            String source,
            String revision,
            String state,
            int running,
            @Nullable Instant next,
            @Nullable Run last) {}

    /** The crons of the revision that serves, by name. */
    public record Crons(List<Cron> crons, @Nullable String cursor) {}

    /**
     * One attempt, or a fire that was not run.
     *
     * @param fire attempts of one fire share it
     * @param attempt from 1; 0 when the handler was not called
     */
    public record Run(
            Instant scheduledTime,
            Instant startedAt,
            @Nullable Instant endedAt,
            String outcome,
            String node,
            int attempt,
            @Nullable String requestId,
            String revision,
            String fire,
            @Nullable String detail) {
        static Run of(CronRun run) {
            return new Run(
                    run.scheduledTime(),
                    run.startedAt(),
                    run.endedAt(),
                    run.outcome(),
                    run.node(),
                    run.attempt(),
                    run.requestId(),
                    "v" + run.revision(),
                    run.fire(),
                    run.detail());
        }
    }

    /** Runs of a cron, newest first. */
    public record Runs(List<Run> runs, @Nullable String cursor) {}

    /**
     * What a run that is asked for is to be told.
     *
     * @param scheduledTime null is now
     */
    public record TriggerRequest(@Nullable String scheduledTime) {}

    /**
     * A run that was asked for.
     *
     * @param fire by which it is found among the runs
     */
    public record Triggered(String fire, Instant scheduledTime) {}

    /** What a schedule means: its next times, in UTC. */
    public record Explained(String schedule, String timezone, List<Instant> times) {}
}
