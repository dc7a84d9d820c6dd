// Writes down every minute that it ran. GET / shows the last ones; `edge cron trigger cron tick` runs it now.
interface ScheduledEvent {
  cron: string; // the schedule, as edge.json has it
  scheduledTime: number; // when it was to run, in milliseconds since 1970
  signal: AbortSignal; // fires when the node stops
  noRetry(): void; // a run that fails is then not tried again
}

const HOUR = 3_600_000;
const kv = await Deno.openKv();

export default {
  async scheduled(event: ScheduledEvent): Promise<void> {
    // The same key for every attempt of a run: a run that is repeated, because its node died, changes nothing twice.
    await kv.set(["ticks", event.scheduledTime], new Date(), { expireIn: HOUR });
    console.log(`ran for ${new Date(event.scheduledTime).toISOString()}`);
  },

  async fetch(): Promise<Response> {
    const ticks: string[] = [];
    for await (const { key } of kv.list({ prefix: ["ticks"] }, { limit: 10, reverse: true })) {
      ticks.push(new Date(Number(key[1])).toISOString());
    }
    return Response.json(ticks);
  },
};
