// A Worker of its own for every request: the nearest that deno has to a fresh isolate.
const code = `self.onmessage = () => { self.postMessage("Hello"); };`;
const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0]), onListen() {} }, () =>
  new Promise((resolve) => {
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = (event) => {
      worker.terminate();
      resolve(new Response(event.data));
    };
    worker.postMessage(null);
  }));
