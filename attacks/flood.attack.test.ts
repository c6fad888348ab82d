import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { DEMO_VIEWER_PHONES } from "@/domain/rules/demo-users";
import { newAddress, newPerson, newVisitor, target } from "./lib/attacker";

const web = new URL(target.webUrl);
const healthUrl = target.healthUrls.web ?? "";

/** A socket as an attacker holds it: it never ends by itself. */
async function openSocket(firstWords = ""): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port: Number(web.port) });
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(firstWords);
  return socket;
}

/** Says a little every second; resolves when the other side has had enough. */
async function drip(socket: Socket, words: string): Promise<void> {
  const timer = setInterval(() => socket.write(words), 1_000);
  socket.resume();
  // A reset is an end like any other, which `once` would throw.
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(timer);
}

/** A request with any header, `Host` included. */
async function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const asked = request({ host: "127.0.0.1", port: web.port, path, ...options });
  asked.end(options.body);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
}

async function readMetric(name: string): Promise<number> {
  const metrics = await (await fetch(`${healthUrl}/metrics`)).text();
  const line = metrics
    .split("\n")
    .find((one) => one.startsWith(name) && /[{, ]/.test(one.charAt(name.length)));
  return Number(line?.split(" ").at(-1) ?? 0);
}

describe("one who only takes up room", () => {
  it("is closed, whether it says nothing, never ends its head or its body, or never reads", async () => {
    const head = "POST /api/trpc/gift.send HTTP/1.1\r\nhost: x\r\n";
    const body = `${head}content-type: application/json\r\ncontent-length: 60000\r\n\r\n`;
    const [silent, slowHead, slowBody, afterwards, deaf] = await Promise.all([
      openSocket(),
      openSocket(head),
      openSocket(body),
      openSocket("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /"),
      // Its answers are far more than the system keeps for it.
      openSocket(
        `GET /api/trpc/gift.list HTTP/1.1\r\nhost: ${web.host}\r\nx-forwarded-for: ${newAddress()}\r\n\r\n`,
      ),
    ]);
    deaf.pause();
    deaf.write(await manyLargeRequests());
    // It does not read, so it does not see its end either.
    const deafIsClosed = async () => {
      const name = 'downpour_web_connections_closed_total{reason="stalled"';
      await expect.poll(() => readMetric(name), { timeout: 60_000, interval: 500 }).toBeGreaterThan(0);
    };
    await Promise.all([
      drip(silent, ""),
      drip(slowHead, "x-more: y\r\n"),
      drip(slowBody, "1"),
      drip(afterwards, "x"),
      deafIsClosed(),
    ]);
    deaf.destroy();
  }, 90_000);
});

/** The largest script of the pages, many times. */
async function manyLargeRequests(): Promise<string> {
  const page = await (await newVisitor().fetch("/")).text();
  const paths = [...new Set(page.match(/\/_next\/static\/chunks\/[\w.-]+\.js/g))];
  const sizes = await Promise.all(
    paths.map(async (path) => ({ path, size: (await (await newVisitor().fetch(path)).text()).length })),
  );
  const largest = sizes.toSorted((a, b) => b.size - a.size)[0] ?? { path: "/", size: 1 };
  const one = `GET ${largest.path} HTTP/1.1\r\nhost: ${web.host}\r\nx-forwarded-for: ${newAddress()}\r\n\r\n`;
  return one.repeat(Math.ceil(40_000_000 / largest.size));
}

describe("one address that opens pages", () => {
  it("is told to wait, while others get their page and their gift", async () => {
    const attacker = newVisitor();
    const giver = await newPerson(DEMO_VIEWER_PHONES[7]);
    const { data: rooms } = await giver.client.query<{ items: { roomId: string }[] }>("room.list", {});
    // Whose request comes too late is cut off, which is no answer.
    const flood = Array.from({ length: 250 }, () => attacker.fetch("/wallet").catch(() => undefined));
    const [page, gift, script] = await Promise.all([
      newVisitor().fetch("/"),
      giver.client.mutate("gift.send", {
        giftOrderId: randomUUID(),
        roomId: rooms.items[0]?.roomId,
        giftId: "hearts",
        count: 1,
      }),
      newVisitor().fetch("/icon.svg"),
    ]);
    expect([page.status, gift.status, script.status]).toEqual([200, 200, 200]);
    const answers = (await Promise.all(flood)).filter((answer) => answer !== undefined);
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(50);
    expect(answers.filter((answer) => answer.status === 200).length).toBeGreaterThan(50);
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused[0]?.text()).toContain('data-testid="busy-page"');
    // More than a hundred pages are made.
  }, 180_000);

  it("meets the limit with whatever it asks for, but for the files of the pages", async () => {
    const address = newAddress();
    const headers = { "x-forwarded-for": address };
    const asks = ["/healthz", "/readyz", "/metrics", "/%00", "/_next/static/none.js", "/a".repeat(3_000)];
    const methods = ["GET", "HEAD", "OPTIONS", "DELETE", "PROPFIND"];
    let refusals: { status: number }[] = [];
    // A machine that takes longer than the window is asked again within the next.
    while (refusals.length === 0 || refusals.some(({ status }) => status !== 429)) {
      for (let i = 0; i < 620; i += 62) {
        await Promise.all(
          Array.from({ length: 62 }, (_, j) =>
            ask(asks[j % asks.length] ?? "/", { method: methods[j % methods.length], headers }).catch(
              () => undefined,
            ),
          ),
        );
      }
      refusals = await Promise.all([
        ask("/healthz", { headers }),
        ask("/readyz", { headers: { ...headers, connection: "upgrade", upgrade: "websocket" } }),
        ask("/", { method: "OPTIONS", headers }),
        ask("/", { method: "POST", headers: { ...headers, expect: "100-continue" }, body: "x" }),
        ask("/", { headers: { ...headers, expect: "everything" } }),
      ]);
    }
    expect((await ask("/icon.svg", { headers })).status).toBe(200);
    expect((await ask("/healthz", { headers: { "x-forwarded-for": newAddress() } })).status).toBe(200);
  }, 180_000);

  it("has no page made for a method, a body or a length that no page has", async () => {
    const headers = { "x-forwarded-for": newAddress() };
    const statuses = await Promise.all([
      ask("/", { method: "POST", headers, body: "x" }),
      ask("/", { method: "PROPFIND", headers }),
      ask("/", { method: "GET", headers: { ...headers, "content-length": "1" }, body: "x" }),
      ask(`/${"a".repeat(5_000)}`, { headers }),
      ask("/_next/static/../../BUILD_ID", { headers }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 400, 414, 404]);
  });
});

describe("health", () => {
  it("shows no figures and no reasons to those outside", async () => {
    const outsider = newVisitor();
    expect((await outsider.fetch("/metrics")).status).toBe(404);
    const ready = await outsider.fetch("/readyz");
    expect(await ready.json()).toEqual({ ok: true });
    const gateway = `http://127.0.0.1:${target.pushPort}`;
    const passedOn = { headers: { "x-forwarded-for": newAddress() } };
    expect((await fetch(`${gateway}/metrics`, passedOn)).status).toBe(404);
    for (const url of Object.values(target.healthUrls)) {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain("process_cpu_seconds_total");
    }
  });

  it("asks the dependencies once a second, however often it is asked", async () => {
    const name = "downpour_readiness_checks_total";
    // Figures are a second old at most, so what was asked before the start may count.
    const startedMs = performance.now();
    const before = await readMetric(name);
    for (let i = 0; i < 10; i++) {
      const answers = await Promise.all([
        ...Array.from({ length: 30 }, () => fetch(`${healthUrl}/readyz`)),
        ...Array.from({ length: 10 }, () => newVisitor().fetch("/readyz")),
      ]);
      for (const answer of answers) expect(answer.status).toBe(200);
    }
    const after = await readMetric(name);
    const seconds = (performance.now() - startedMs) / 1_000;
    expect(after).toBeGreaterThan(0);
    expect(after - before).toBeLessThanOrEqual(Math.ceil(seconds) + 2);
  });
});

describe("a name that somebody else pointed here", () => {
  const host = `evil.example:${web.port}`;
  const forwarded = () => ({ "x-forwarded-for": newAddress() });

  it("is no name of ours, though its page comes from where it calls", async () => {
    const person = await newPerson();
    const headers = {
      ...forwarded(),
      "content-type": "application/json",
      cookie: person.client.cookieHeader(),
    };
    const [ownName, wrongHost, wrongOrigin, pushAuth, signOut, inbox] = await Promise.all([
      ask("/api/trpc/session.me", { headers: { ...headers, host: web.host } }),
      ask("/api/trpc/session.me", { headers: { ...headers, host } }),
      ask("/api/trpc/gift.send", {
        method: "POST",
        headers: { ...headers, host: web.host, origin: `http://${host}` },
        body: "{}",
      }),
      ask("/api/push/user-auth", {
        method: "POST",
        headers: { ...headers, host, origin: `http://${host}` },
        body: '{"socket_id":"1.2"}',
      }),
      ask("/api/auth/sign-out", {
        method: "POST",
        headers: { ...headers, host, origin: `http://${host}` },
        body: "{}",
      }),
      ask(`/api/dev/inbox?phone=${encodeURIComponent(person.phone)}`, { headers: { ...headers, host } }),
    ]);
    expect(ownName.status).toBe(200);
    expect(wrongOrigin.status).toBe(403);
    expect([wrongHost, pushAuth, signOut, inbox].map(({ status }) => status)).toEqual([421, 421, 421, 421]);
    for (const { body } of [wrongHost, wrongOrigin, pushAuth]) expect(body).toContain("ORIGIN_REFUSED");
    expect((await person.client.query("session.me")).data).not.toBeNull();
  });

  it("is not needed by those who know this machine by an address", async () => {
    const origin = `http://127.0.0.1:${web.port}`;
    const answer = await ask("/api/auth/sign-in/anonymous", {
      method: "POST",
      headers: { ...forwarded(), "content-type": "application/json", host: `127.0.0.1:${web.port}`, origin },
      body: "{}",
    });
    expect(answer.status).toBe(200);
  });
});
