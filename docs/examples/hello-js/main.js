// The other style: a handler is handed to Deno.serve.
Deno.serve((request) => {
  const { method, url } = request;
  return Response.json({ method, path: new URL(url).pathname, message: "Hello from JavaScript" });
});
