import { Agent, request } from "node:http";
import { connect } from "node:net";
import { setPriority } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** Hostile clients of one address, for so many seconds; prints what they were answered as one JSON line. */
interface Order {
  host: string;
  port: number;
  localAddress: string;
  clients: number;
  seconds: number;
  paths: string[];
  silentSocketsPerClient: number;
}

// They are elsewhere in truth: what they do to themselves must not look like something they do to others.
setPriority(0, 19);

const { host, port, localAddress, clients, seconds, paths, silentSocketsPerClient } = JSON.parse(
  process.argv[2] ?? "{}",
) as Order;
const untilMs = performance.now() + seconds * 1_000;
const isOver = () => performance.now() >= untilMs;
const agent = new Agent({ keepAlive: true, localAddress });
const statuses: Record<string, number> = {};
let silentOpened = 0;
const note = (what: string) => {
  statuses[what] = (statuses[what] ?? 0) + 1;
};

function ask(path: string): Promise<void> {
  return new Promise((resolve) => {
    const asked = request({ host, port, path, agent, timeout: 5_000 }, (answer) => {
      note(String(answer.statusCode));
      answer.resume();
      answer.on("error", () => resolve());
      answer.on("close", () => resolve());
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => {
      note("no answer");
      resolve();
    });
    asked.end();
  });
}

/** One request after the other, as fast as they are answered. */
async function askAgainAndAgain(client: number): Promise<void> {
  for (let turn = client; !isOver(); turn++) await ask(paths[turn % paths.length] ?? "/");
}

/** Keeps a socket open that says nothing, and opens the next when it is closed. */
async function keepSilent(): Promise<void> {
  while (!isOver()) {
    const socket = connect({ host, port, localAddress });
    silentOpened += 1;
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    await Promise.race([closed, delay(Math.max(0, untilMs - performance.now()))]);
    if (isOver()) socket.destroy();
    else await delay(10);
  }
}

await Promise.all(
  Array.from({ length: clients }, (_, client) => [
    askAgainAndAgain(client),
    ...Array.from({ length: silentSocketsPerClient }, () => keepSilent()),
  ]).flat(),
);
console.log(JSON.stringify({ statuses, silentOpened }));
process.exit(0);
