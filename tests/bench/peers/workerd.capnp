using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .hello)],
  sockets = [(name = "http", http = (), service = "main")],
);
const hello :Workerd.Worker = (
  modules = [(name = "main.js", esModule = "export default { fetch() { return new Response('Hello'); } }")],
  compatibilityDate = "2025-01-01",
);
