import { createServer, request as httpRequest, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { initTRPC } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { BizError } from "@/domain/contracts/errors";
import type { Ctx } from "../services/context";
import { contract } from "../trpc/contract";
import { formatError } from "../trpc/error-shape";
import { createTrpcHandler } from "./node-adapter";

const BODY_BYTES_MAX = 2_000;
const BATCH_CALLS_MAX = 5;
const BASE_PATH = "/api/trpc/";

/** Resolved by `work.hang` with how its signal ended, by server. */
const hangs = new Map<string, { started: () => void; aborted: () => void }>();

const t = initTRPC.context<Ctx>().create({
  isDev: false,
  errorFormatter: ({ error, shape, ctx }) => formatError({ error, shape, ctx }),
});
const onlyKnown = t.middleware(({ ctx, next }) => {
  if (ctx.address.text === "nobody") throw new BizError("UNAUTHENTICATED");
  return next({ ctx: { greeting: "hello" } });
});
const Words = z.object({ text: z.string().min(2), times: z.number().int().max(9).default(1) });
const appRouter = t.router({
  echo: t.procedure.input(contract(Words)).query(({ input }) => input),
  plain: t.procedure.query(() => "plain"),
  nothing: t.procedure.query(() => undefined),
  unicode: t.procedure.query(() => ({ text: "礼物 🎁 \u2028" })),
  work: t.router({
    greet: t.procedure
      .use(onlyKnown)
      .input(Words)
      .input(z.object({ name: z.string() }))
      .mutation(({ input, ctx }) => `${ctx.greeting} ${input.name} ${input.text.repeat(input.times)}`),
    refuse: t.procedure.mutation(() => {
      throw new BizError("INSUFFICIENT_COINS", { balanceCoins: 3 });
    }),
    break: t.procedure.mutation(() => {
      throw new Error("secret detail");
    }),
    away: t.procedure.query(() => {
      throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    }),
    hang: t.procedure.input(z.string()).mutation(async ({ input, signal }) => {
      const hang = hangs.get(input);
      hang?.started();
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      hang?.aborted();
    }),
  }),
});

const ctx = (text: string) => ({ traceId: "0".repeat(32), address: { text } }) as Ctx;
const ipOf = (header: unknown) => {
  if (header === "refused") throw new BizError("RATE_LIMITED", { retryAfterMs: 5 });
  return header === "nobody" ? "nobody" : "somebody";
};

const servers: Server[] = [];
async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const handle = ({ callMsMax }: { callMsMax: number }) =>
  createTrpcHandler({
    router: appRouter,
    basePath: BASE_PATH,
    bodyBytesMax: BODY_BYTES_MAX,
    batchCallsMax: BATCH_CALLS_MAX,
    callMsMax,
    onLate: () => new BizError("UNAVAILABLE"),
    createContext: (request) => ({ ctx: ctx(ipOf(request.headers["x-who"])), setCookies: ["a=1", "b=2"] }),
    headersOf: (traceId) => ({ "x-trace-id": traceId }),
  });

let theirs: string;
let ours: string;
type Handled = { done: Promise<void> };
let onHandled: ((handled: Handled) => void) | undefined;
/** The next request that reaches our adapter, and when it is done with it. */
const nextHandled = () => new Promise<Handled>((resolve) => (onHandled = resolve));
beforeAll(async () => {
  theirs = await listen(
    createHTTPHandler({
      router: appRouter,
      basePath: BASE_PATH,
      maxBodySize: BODY_BYTES_MAX,
      maxBatchSize: BATCH_CALLS_MAX,
      createContext: ({ req }) => ctx(ipOf(req.headers["x-who"])),
    }),
  );
  const answer = handle({ callMsMax: 60_000 });
  ours = await listen((request, response) => {
    const done = answer(request, response, "1".repeat(32));
    onHandled?.({ done });
    onHandled = undefined;
  });
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

interface Exchange {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Sends the body without saying how long it is. */
  chunked?: boolean;
}

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

/** Sent as it is: `fetch` would tidy up what this test wants untidy. */
function exchange(
  base: string,
  { method = "GET", path, headers = {}, body, chunked }: Exchange,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(base + BASE_PATH + path, {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && !chunked ? { "content-length": String(Buffer.byteLength(body)) } : {}),
      },
    });
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    // A refused body may be cut off while it is still being sent; the answer is what counts.
    request.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") reject(error);
    });
    if (chunked && body !== undefined) {
      for (let i = 0; i < body.length; i += 500) request.write(body.slice(i, i + 500));
      request.end();
    } else {
      request.end(body);
    }
  });
}

const JSON_TYPE = { "content-type": "application/json" };
const post = (path: string, value: unknown, headers: Record<string, string> = JSON_TYPE): Exchange => ({
  method: "POST",
  path,
  headers,
  body: typeof value === "string" ? value : JSON.stringify(value),
});
const query = (path: string, input: unknown, more = "") => ({
  path: `${path}?${more}input=${encodeURIComponent(JSON.stringify(input))}`,
});

const CASES: Record<string, Exchange> = {
  "a query": query("echo", { text: "hi" }),
  "a query without input": { path: "plain" },
  "a query with an empty input": { path: "plain?input=" },
  "a query that returns nothing": { path: "nothing" },
  "text beyond ASCII": { path: "unicode" },
  "a query whose input is missing": { path: "echo" },
  "a query whose input breaks the contract": query("echo", { text: "x", times: 12 }),
  "a query whose input is null": query("echo", null),
  "a query whose input is no JSON": { path: "echo?input=%7Bnope" },
  "no JSON where no input is asked for": { path: "plain?input=%7Bnope" },
  "a mutation": post("work.greet", { text: "ab", name: "Mia" }),
  "a mutation with a charset": post(
    "work.greet",
    { text: "ab", name: "Mia" },
    {
      "content-type": "Application/JSON; charset=utf-8",
    },
  ),
  "a mutation that breaks the second contract": post("work.greet", { text: "ab" }),
  "a mutation with a byte order mark": post(
    "work.greet",
    `\ufeff${JSON.stringify({ text: "ab", name: "M" })}`,
  ),
  "a refusal": post("work.refuse", {}),
  "a defect": post("work.break", {}),
  "a service that is away": { path: "work.away" },
  "a refusal by a middleware": post(
    "work.greet",
    { text: "ab", name: "M" },
    { ...JSON_TYPE, "x-who": "nobody" },
  ),
  "no context": post("work.greet", { text: "ab", name: "M" }, { ...JSON_TYPE, "x-who": "refused" }),
  "no context for a batch": {
    ...query("plain,missing", {}, "batch=1&"),
    headers: { "x-who": "refused" },
  },
  "a body that is no JSON": post("work.greet", "{nope"),
  "an empty body": post("work.greet", ""),
  "a body that nobody reads": post("work.refuse", "{nope"),
  "an unknown procedure": { path: "missing" },
  "an unknown procedure by POST": post("work.missing", {}),
  "a name of every object": { path: "constructor" },
  "no procedure": { path: "" },
  "a router": { path: "work" },
  "a query by POST": post("echo", { text: "hi" }),
  "a mutation by GET": query("work.greet", { text: "ab", name: "M" }),
  "a mutation by PUT": { ...post("work.greet", { text: "ab", name: "M" }), method: "PUT" },
  "a query by DELETE": { ...post("echo", {}), method: "DELETE" },
  "another content type": post("work.greet", "text", { "content-type": "text/plain" }),
  "no content type": post("work.greet", "{}", {}),
  "another content type by GET": { path: "plain", headers: { "content-type": "text/plain" } },
  HEAD: { method: "HEAD", path: "plain" },
  "a broken escape in the path": { path: "%E0%A4%A" },
  "an escaped path": { path: "work%2Erefuse", method: "POST", headers: JSON_TYPE, body: "{}" },
  "a body that is too large": post("work.greet", { text: "a".repeat(5_000), name: "M" }),
  "a body that is too large and says nothing of it": {
    ...post("work.greet", { text: "a".repeat(5_000), name: "M" }),
    chunked: true,
  },
  "a batch": query("echo,plain", { 0: { text: "hi" } }, "batch=1&"),
  "a batch of one": query("echo", { 0: { text: "hi" } }, "batch=1&"),
  "a batch with an escaped comma": query("echo%2Cplain", { 0: { text: "hi" } }, "batch=1&"),
  "a batch that ends differently": query("echo,echo,missing", { 0: { text: "hi" } }, "batch=1&"),
  "a batch that fails alike": query("echo,echo", { 0: { text: "x" } }, "batch=1&"),
  "a batch of mutations": post("work.greet,work.refuse?batch=1", { 0: { text: "ab", name: "M" } }),
  "a batch of both kinds": query("echo,work.greet", {}, "batch=1&"),
  "a batch whose input is a list": query("echo,plain", [{ text: "hi" }], "batch=1&"),
  "a batch whose input is null": query("echo,plain", null, "batch=1&"),
  "a batch without input": { path: "echo,plain?batch=1" },
  "a batch whose body is no JSON": post("work.greet,work.refuse?batch=1", "{nope"),
  "a batch that is too long": { path: "plain,plain,plain,plain,plain,plain?batch=1" },
  "a batch that does not say so": { path: "plain,plain" },
  "a batch that says so wrongly": { path: "plain?batch=true" },
};

/** Trace ids differ by nature; everything else must not. */
function comparable(answer: Answer) {
  const json: unknown = answer.text === "" ? "" : JSON.parse(answer.text);
  return {
    status: answer.status,
    json: JSON.parse(
      JSON.stringify(json, (key, value: unknown) => (key === "traceId" ? "trace" : value)),
    ) as unknown,
  };
}

describe("the adapter answers what tRPC's standalone adapter answers", () => {
  it.each(Object.entries(CASES))("%s", async (_name, call) => {
    const [expected, actual] = await Promise.all([exchange(theirs, call), exchange(ours, call)]);
    expect(comparable(actual)).toEqual(comparable(expected));
    if (actual.text !== "") expect(actual.headers["content-type"]).toBe("application/json");
  });
});

describe("the adapter", () => {
  it("never shows the cause of a defect", async () => {
    const { text } = await exchange(ours, post("work.break", {}));
    expect(text).not.toContain("secret");
    expect(JSON.parse(text)).toMatchObject({
      error: { data: { biz: { name: "INTERNAL", traceId: "1".repeat(32) } } },
    });
  });

  it("names the field that broke the contract", async () => {
    const { text } = await exchange(ours, query("echo", { text: "hi", times: 1.5 }));
    expect(JSON.parse(text)).toMatchObject({
      error: { data: { biz: { name: "INVALID_INPUT", details: { field: "times" } } } },
    });
  });

  it("passes on cookies and headers", async () => {
    const { headers } = await exchange(ours, { path: "plain" });
    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(headers["x-trace-id"]).toBe("1".repeat(32));
  });

  it("takes another request on the connection after a refused one", async () => {
    for (const path of ["missing", "plain", "echo", "plain"]) {
      expect((await exchange(ours, { path })).status).toBe(
        path === "plain" ? 200 : path === "echo" ? 400 : 404,
      );
    }
  });

  it.each(["theirs", "ours"] as const)("aborts the signal when the caller goes away (%s)", async (whose) => {
    let isStarted = () => {};
    let isAborted = () => {};
    const started = new Promise<void>((resolve) => (isStarted = resolve));
    const aborted = new Promise<void>((resolve) => (isAborted = resolve));
    hangs.set(whose, { started: isStarted, aborted: isAborted });
    const request = httpRequest(`${whose === "ours" ? ours : theirs}${BASE_PATH}work.hang`, {
      method: "POST",
      headers: JSON_TYPE,
    });
    request.on("error", () => {});
    request.end(JSON.stringify(whose));
    await started;
    request.destroy();
    await aborted;
    expect((await exchange(ours, { path: "plain" })).status).toBe(200);
  });

  it("is done with a request whose body stops halfway", async () => {
    const request = httpRequest(`${ours}${BASE_PATH}work.refuse`, {
      method: "POST",
      headers: { ...JSON_TYPE, "content-length": "100" },
    });
    request.on("error", () => {});
    const arrived = nextHandled();
    request.write("{");
    const handled = await arrived;
    request.destroy();
    await expect(handled.done).resolves.toBeUndefined();
  });

  it("answers for a call that takes too long, and the others of its batch all the same", async () => {
    const hasty = await listen(
      (request, response) => void handle({ callMsMax: 200 })(request, response, "1"),
    );
    const { text } = await exchange(hasty, {
      path: "work.hang,work.refuse?batch=1",
      method: "POST",
      body: JSON.stringify({ 0: "nobody waits", 1: null }),
      headers: JSON_TYPE,
    });
    expect(JSON.parse(text)).toMatchObject([
      { error: { data: { biz: { name: "UNAVAILABLE" } } } },
      { error: { data: { biz: { name: "INSUFFICIENT_COINS" } } } },
    ]);
  });

  it("refuses streamed batches by name", async () => {
    const { status, text } = await exchange(ours, {
      path: "plain?batch=1",
      headers: { "trpc-accept": "application/jsonl" },
    });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { data: { biz: { name: "INVALID_INPUT" } } } });
  });
});
