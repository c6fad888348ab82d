/** Stands in for the site's bundle: answers with its thread's number, and fails when it is asked to. */
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { parentPort, threadId, workerData } from "node:worker_threads";

const server = createServer((request, response) => {
  if (request.url === "/fail") process.exit(1);
  response.end(String(threadId));
});
rmSync(workerData.socketPath, { force: true });
server.listen(workerData.socketPath, () => parentPort.postMessage("ready"));
parentPort.on("message", () => server.close(() => process.exit(0)));
