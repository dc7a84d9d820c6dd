// ends: startupFailed
await new Promise(() => {});
export default { fetch: () => new Response("") };
