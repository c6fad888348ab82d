import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { acceptFirst } from "./accept-first";

const BUSY = 200;
const NEWCOMERS = 100;
const REQUEST = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const sockets = new Set<Socket>();
let server: Server;
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(answer: (url: string) => string): Promise<number> {
  const { handle, watch } = acceptFirst((request, response) => response.end(answer(request.url ?? "")));
  server = createServer(handle);
  watch(server);
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, resolve),
  );
  return (server.address() as AddressInfo).port;
}

function open(port: number, onData: (socket: Socket) => void): Socket {
  const socket = connect(port, "127.0.0.1");
  sockets.add(socket);
  socket.on("connect", () => socket.write(REQUEST));
  socket.on("data", () => onData(socket));
  return socket;
}

const work = () => {
  const untilMs = performance.now() + 0.2;
  while (performance.now() < untilMs);
};

describe("new connections beside busy ones", () => {
  it("are taken without everybody else being served once for each of them", async () => {
    let served = 0;
    const port = await serve(() => {
      served += 1;
      work();
      return "x";
    });
    let answered = 0;
    const allBusy = new Promise<void>((resolve) => {
      const first = new Set<Socket>();
      for (let i = 0; i < BUSY; i++)
        open(port, (socket) => {
          first.add(socket);
          if (first.size === BUSY) resolve();
          socket.write(REQUEST);
        });
    });
    await allBusy;
    const servedBefore = served;
    await new Promise<void>((resolve) => {
      for (let i = 0; i < NEWCOMERS; i++)
        open(port, () => {
          answered += 1;
          if (answered === NEWCOMERS) resolve();
        });
    });
    // One connection a turn, with all busy ones served in each, were 20,000.
    expect(served - servedBefore).toBeLessThan(BUSY * 20);
  });

  it("delay nobody's answer for good, however many keep coming", async () => {
    const port = await serve(() => "x");
    let hasEnded = false;
    const next = () => {
      if (!hasEnded)
        open(port, (socket) => socket.destroy())
          .on("close", next)
          .on("error", () => {});
    };
    for (let i = 0; i < 50; i++) next();
    let answers = 0;
    await new Promise<void>((resolve) => {
      open(port, (socket) => {
        answers += 1;
        if (answers < 50) socket.write(REQUEST);
        else resolve();
      });
    });
    hasEnded = true;
    expect(answers).toBe(50);
  });

  it("answers on one connection in the order of its requests", async () => {
    const port = await serve((url) => url.slice(1));
    const text = await new Promise<string>((resolve) => {
      let received = "";
      const socket = connect(port, "127.0.0.1");
      sockets.add(socket);
      socket.on("data", (data) => {
        received += data;
        if (received.includes("\r\n\r\n9")) resolve(received);
      });
      for (let i = 0; i < 10; i++) socket.write(`GET /${i} HTTP/1.1\r\nhost: a\r\n\r\n`);
    });
    expect([...text.matchAll(/\r\n\r\n(\d)/g)].map(([, digit]) => digit).join("")).toBe("0123456789");
  });
});
