import { Agent, createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { initTRPC } from "@trpc/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BizError } from "@/domain/contracts/errors";
import { createTrpcHandler } from "../../fast-path/node-adapter";
import type { Ctx } from "../../services/context";
import { formatError } from "../../trpc/error-shape";
import { listProcedures } from "../../trpc/list-procedures";
import { CALLS_FIRST, CALLS_THAT_FILL, CallGate } from "./call-gate";

const t = initTRPC.context<Ctx>().create({
  isDev: false,
  errorFormatter: ({ error, shape, ctx }) => formatError({ error, shape, ctx }),
});
const TRACE = "1".repeat(32);
let runs = 0;
let release = () => {};
const run = t.procedure.mutation(async () => {
  runs += 1;
  await held;
  return runs;
});
let held: Promise<void> = Promise.resolve();
const router = t.router({
  gift: t.router({ send: run, list: t.procedure.query(() => "gifts") }),
  chat: t.router({ send: run }),
  busy: t.procedure.mutation(() => {
    throw new BizError("UNAVAILABLE", { retryAfterMs: 1 });
  }),
});

interface Answer {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: unknown;
}

let gate: CallGate;
let server: Server;
let connections = 0;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeEach(async () => {
  runs = 0;
  connections = 0;
  held = Promise.resolve();
  gate = new CallGate();
  const handle = createTrpcHandler({
    router,
    basePath: "/api/trpc/",
    bodyBytesMax: 1_000_000,
    batchCallsMax: 20,
    callMsMax: 60_000,
    onLate: () => new BizError("UNAVAILABLE"),
    gate,
    createContext: () => ({ ctx: { traceId: TRACE } as Ctx, setCookies: [] }),
    headersOf: (traceId) => ({ "x-trace-id": traceId }),
  });
  server = createServer((asked, response) => void handle(asked, response, TRACE));
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  release();
  gate.stop();
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

const call = (path: string, body = "{}", by: Agent | undefined = agent) =>
  new Promise<Answer>((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const asked = request(
      { port, method: "POST", path: `/api/trpc/${path}`, agent: by, headers },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(text) }),
        );
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });

/** As tRPC's client reads it; what differs from call to call is left out. */
function errorOf(body: unknown) {
  const { error } = body as { error: { data: { path?: string; biz: { details: object } } } };
  const { path: _, biz, ...data } = error.data;
  return { ...error, data: { ...data, biz: { ...biz, details: Object.keys(biz.details) } } };
}

describe("a refusal", () => {
  it("is what a procedure would answer that is busy, and says when to come back", async () => {
    const busy = await call("busy");
    gate.setReserveReached(true);
    const refused = await call("gift.send");
    expect(refused.status).toBe(busy.status);
    expect(errorOf(refused.body)).toEqual(errorOf(busy.body));
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(refused.headers["x-trace-id"]).toBe(TRACE);
    expect(runs).toBe(0);
  });

  it("answers each call of a batch", async () => {
    gate.setReserveReached(true);
    const { status, body } = await call("gift.send,chat.send,gift.send?batch=1");
    expect(status).toBe(503);
    expect((body as unknown[]).map((one) => errorOf(one).data)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ httpStatus: 503 })),
    );
  });

  it("leaves the connection as it was, whatever was in the body", async () => {
    gate.setReserveReached(true);
    expect((await call("gift.send", JSON.stringify("x".repeat(50_000)))).status).toBe(503);
    gate.setReserveReached(false);
    expect((await call("gift.send")).status).toBe(200);
    expect(connections).toBe(1);
  });
});

it("with Redis nearly full only what fills it is refused", async () => {
  gate.setReserveReached(true);
  expect((await call("chat.send")).status).toBe(503);
  expect((await call("chat%2Esend")).status).toBe(503);
  expect((await call("busy")).headers["retry-after"]).toBeUndefined();
  gate.setReserveReached(false);
  expect((await call("chat.send")).status).toBe(200);
});

it("more at once than there is room for: each is either done or refused at once, and room comes back", async () => {
  const many = new Agent({ keepAlive: true, maxSockets: 2_000 });
  try {
    held = new Promise((resolve) => {
      release = resolve;
    });
    // More than may be under way however slowly they come: those of one second, and what is stuck.
    const CALLS = 1_500;
    let refusedWhileHeld = 0;
    const all = Array.from({ length: CALLS }, () =>
      call("gift.send", "{}", many).then((answer) => {
        if (answer.status === 503) refusedWhileHeld += 1;
        return answer.status;
      }),
    );
    await expect.poll(() => runs + refusedWhileHeld).toBe(CALLS);
    expect(refusedWhileHeld).toBeGreaterThan(0);
    expect(runs).toBeGreaterThan(0);
    release();
    const statuses = await Promise.all(all);
    expect(statuses.filter((status) => status === 200)).toHaveLength(runs);
    expect(gate.admission.underWay("gift")).toBe(0);
    expect((await call("gift.send")).status).toBe(200);
  } finally {
    many.destroy();
  }
});

it("calls that come first are procedures of the product", () => {
  const known = new Set(listProcedures().map(({ path }) => path));
  for (const name of [...Object.keys(CALLS_FIRST), ...CALLS_THAT_FILL]) expect(known).toContain(name);
});
