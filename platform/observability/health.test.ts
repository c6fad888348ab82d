import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { audienceOf, createHealth, type HealthAudience, startHealthServer } from "./health";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(checks: Parameters<typeof createHealth>[0], audience: HealthAudience) {
  const health = createHealth(checks);
  const server = createServer((request, response) => {
    if (!health.answer(request, response, audience)) response.writeHead(418).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("readiness", () => {
  it("asks once for all who ask at the same time, and not again at once", async () => {
    let asked = 0;
    let answer = () => {};
    const slow = () => {
      asked += 1;
      return new Promise<{ ok: boolean }>((resolve) => {
        answer = () => resolve({ ok: true });
      });
    };
    const url = await serve({ slow }, "inside");
    const many = Array.from({ length: 20 }, () => fetch(`${url}/readyz`));
    await expect.poll(() => asked).toBe(1);
    answer();
    for (const one of await Promise.all(many)) expect(one.status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(asked).toBe(1);
  });

  it("gives its parts and their reasons inside only", async () => {
    const checks = { store: () => Promise.reject(new Error("no route to 10.1.2.3")) };
    const inside = await fetch(`${await serve(checks, "inside")}/readyz`);
    expect([inside.status, await inside.json()]).toEqual([
      503,
      { ok: false, dependencies: { store: { ok: false, reason: "no route to 10.1.2.3" } } },
    ]);
    const outside = await fetch(`${await serve(checks, "outside")}/readyz`);
    expect([outside.status, await outside.json()]).toEqual([503, { ok: false }]);
  });
});

describe("figures", () => {
  it("are for those inside", async () => {
    for (const [audience, status] of [
      ["inside", 200],
      ["outside", 404],
    ] as const) {
      expect((await fetch(`${await serve({}, audience)}/metrics`)).status).toBe(status);
    }
  });

  it.each([
    ["127.0.0.1", {}, false, "inside"],
    ["::ffff:127.0.0.1", {}, false, "inside"],
    ["::1", {}, false, "inside"],
    ["127.0.0.1", {}, true, "outside"],
    ["192.0.2.1", {}, false, "outside"],
    ["127.0.0.1", { "x-forwarded-for": "127.0.0.1" }, false, "outside"],
    ["127.0.0.1", { host: "localhost:3000" }, false, "inside"],
    ["127.0.0.1", { host: "evil.example:3000" }, false, "outside"],
    ["127.0.0.1", { host: "127.0.0.1.evil.example" }, false, "outside"],
    ["127.0.0.1", { forwarded: "for=127.0.0.1" }, false, "outside"],
  ])(
    "from %s with %j, in production: %s, are for somebody %s",
    (remoteAddress, headers, isProduction, who) => {
      const request = { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
      expect(audienceOf(request, isProduction)).toBe(who);
    },
  );
});

it("has a port of its own for everything else of a process", async () => {
  const server = await startHealthServer({ host: "127.0.0.1", port: 0, health: createHealth({}) });
  closers.push(() => server.close());
  const url = `http://127.0.0.1:${server.port}`;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/anything`)).status).toBe(404);
});
