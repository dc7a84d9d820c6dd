// A process that holds connections and nothing else: node idle-sockets.mjs HOST PORT COUNT PACE SILENT, started by fork().
// It sends { opened } when all are open and { closed } each time that it is asked.
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const [host, port, count, pace] = [process.argv[2], ...process.argv.slice(3, 6).map(Number)];
const isSilent = process.argv[6] === "1";
let closed = 0;

function open(first) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => {
      if (first) socket.write("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n");
      resolve();
    });
    socket.on("data", () => {});
    socket.on("close", () => closed++);
    socket.on("error", reject);
  });
}

process.on("message", () => process.send({ closed }));
const begun = performance.now();
const opening = [];
while (opening.length < count) {
  const due = Math.min(count, Math.ceil(((performance.now() - begun) * pace) / 1000));
  while (opening.length < due) opening.push(open(!isSilent && opening.length % 2 === 1));
  await sleep(1);
}
await Promise.all(opening);
process.send({ opened: count, seconds: (performance.now() - begun) / 1000, closed });
