import { randomUUID } from "node:crypto";
import { MessageChannel } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOCAL_ADDRESS } from "@/platform/security/client-address";
import type { Ctx } from "../services/context";
import { callBy, type MoneyHarness, openWallet, startMoneyHarness } from "../testing/money-harness";
import { appRouter } from "../trpc/router";
import { askForPage, openPageQuestions } from "./ask-for-page";
import { PageCalls } from "./page-calls";
import { isPageQuestion, PAGE_QUERIES, type PageQuery } from "./page-questions";

let harness: MoneyHarness;
const calls = new PageCalls();
const { port1: site, port2: web } = new MessageChannel();
beforeAll(async () => {
  harness = await startMoneyHarness();
  openPageQuestions(site);
  web.on("message", (message: unknown) => {
    if (isPageQuestion(message)) void calls.answer(message).then((answer) => web.postMessage(answer));
  });
});
afterAll(async () => {
  site.close();
  await harness?.close();
});

const nobody = (): Ctx => ({ ...harness.resources, session: null, traceId: "t", address: LOCAL_ADDRESS });
/** What a page gets that asks while it is made for this caller. */
async function ask(ctx: Ctx, path: string, input?: unknown): Promise<unknown> {
  let answer: unknown;
  await calls.during(
    async () => ctx,
    async (call) => {
      answer = await askForPage(call ?? null, path as PageQuery, input);
    },
  );
  return answer;
}

describe("a page that is being made", () => {
  it("gets what its caller would get, and nothing of what is refused", async () => {
    expect(await ask(nobody(), "session.me")).toBeNull();
    expect(await ask(nobody(), "wallet.balance")).toBeUndefined();
    expect(await ask(nobody(), "room.list", { limit: 5 })).toMatchObject({ items: [] });
    expect(await ask(nobody(), "room.get", { roomId: randomUUID() })).toBeUndefined();
    expect(await ask(nobody(), "room.get", { roomId: "x" })).toBeUndefined();
    const [rich, poor] = [randomUUID(), randomUUID()];
    await openWallet(harness.resources, rich, 70);
    await openWallet(harness.resources, poor, 1);
    const balances = await Promise.all(
      [rich, poor].map((id) => ask(callBy(harness.resources, id), "wallet.balance")),
    );
    expect(balances).toMatchObject([{ balanceCoins: 70 }, { balanceCoins: 1 }]);
  });

  it("is made without a name when its caller cannot be read in time", async () => {
    let call: string | undefined = "a name";
    await calls.during(
      () => new Promise<Ctx>(() => {}),
      async (given) => {
        call = given;
      },
    );
    expect(call).toBeUndefined();
  });

  it("may ask for nothing else, and not after it is made, nor under a name that it made up", async () => {
    const viewer = callBy(harness.resources, randomUUID());
    for (const path of ["room.open", "chat.send", "wallet.find", "constructor", "__proto__"]) {
      expect(await ask(viewer, path, {})).toBeUndefined();
    }
    let kept: string | undefined;
    await calls.during(
      async () => viewer,
      async (call) => {
        kept = call;
      },
    );
    expect(kept).toBeDefined();
    expect(await askForPage(kept ?? "", "session.me")).toBeUndefined();
    expect(await askForPage(randomUUID(), "session.me")).toBeUndefined();
    expect(await askForPage(null, "session.me")).toBeUndefined();
  });

  it("asks for what is only read, by its name in the router", () => {
    const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
    expect(PAGE_QUERIES.filter((path) => procedures[path]?._def.type !== "query")).toEqual([]);
  });

  it("gets nothing of operators' or anchors' for somebody who is neither", async () => {
    const viewer = callBy(harness.resources, randomUUID());
    for (const ctx of [nobody(), viewer]) {
      for (const path of [
        "ops.overview",
        "people.search",
        "gift.search",
        "wallet.rechargeOrders",
        "room.mine",
      ]) {
        expect(await ask(ctx, path, {})).toBeUndefined();
      }
    }
    const operator = callBy(harness.resources, randomUUID(), "operator");
    expect(await ask(operator, "ops.alarms", { all: false })).toMatchObject({ items: [] });
  });

  it("is made without, where its caller cannot be read", async () => {
    const made: (string | undefined)[] = [];
    await calls.during(
      () => Promise.reject(new Error("no database")),
      async (call) => void made.push(call),
    );
    expect(made).toEqual([undefined]);
  });
});
