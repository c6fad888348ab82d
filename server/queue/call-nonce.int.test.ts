import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EMPTY_WALLET } from "@/db/live/queries/wallets";
import { bucketOf } from "@/domain/rules/bucket";
import { NO_CAPS } from "@/domain/rules/spending";
import { nonceKey, walletKey } from "@/platform/redis/keys";
import { giftEntry, type MoneyHarness, startMoneyHarness } from "../testing/money-harness";
import { CallNonce } from "./call-nonce";
import { acceptGift, cacheWallet, type IntakeRules, NO_RULES } from "./gift-intake";
import { claimPacket, homeBucketOf } from "./rain-claims";
import { loadShards, openShards } from "./rain-shards";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const redis = () => harness.resources.redis;

async function newSender(balanceCoins: number): Promise<string> {
  const sender = randomUUID();
  await cacheWallet(redis(), sender, { ...EMPTY_WALLET, version: 1, balanceCoins });
  return sender;
}

/** What one sending of a signed call carries: each copy of it has a nonce of its own making, with the same text. */
const nonceOf = (userId: string, text: string) => {
  const nowMs = Date.now();
  return new CallNonce(text, userId, { signedAtMs: nowMs, nowMs });
};

/** Sends one gift as often as it is called, each time by a copy of the same call. */
function copiesOf(sender: string, coins: number, rules: Partial<IntakeRules> = {}) {
  const nonce = randomUUID();
  const entry = { ...giftEntry(sender, { priceCoins: coins }), nonce };
  return async (over: Partial<IntakeRules> = {}) => {
    const carried = nonceOf(sender, nonce);
    const { kind } = await acceptGift(redis(), entry, { ...NO_RULES, ...rules, ...over, nonce: carried });
    return { kind, isUsed: carried.isUsed };
  };
}
const REPLAYED = { kind: "replayed", isUsed: true };

describe("a gift that is refused uses its call up", () => {
  it("for want of coins", async () => {
    const sender = await newSender(5);
    const send = copiesOf(sender, 10);
    expect(await send()).toEqual({ kind: "poor", isUsed: true });
    await redis().hset(walletKey(sender), "bal", 1_000);
    expect(await send()).toEqual(REPLAYED);
  });

  it("in a frozen wallet", async () => {
    const sender = await newSender(50);
    const send = copiesOf(sender, 10);
    await redis().hset(walletKey(sender), "frozen", "1");
    expect(await send()).toEqual({ kind: "frozen", isUsed: true });
    await redis().hdel(walletKey(sender), "frozen");
    expect(await send()).toEqual(REPLAYED);
  });

  it("when it is too fast", async () => {
    const sender = await newSender(50);
    const limits = [{ limit: 1, windowSeconds: 3_600 }];
    expect(await copiesOf(sender, 1, { limits })()).toEqual({ kind: "new", isUsed: true });
    const send = copiesOf(sender, 1, { limits });
    expect(await send()).toEqual({ kind: "fast", isUsed: true });
    expect(await send({ limits: [] })).toEqual(REPLAYED);
  });

  it.each([
    ["beyond a cap", "capped", 10],
    ["beyond half of a cap", "half", 20],
  ])("%s", async (_what, kind, giftCoinsMax) => {
    const sender = await newSender(50);
    const send = copiesOf(sender, 15, { caps: { ...NO_CAPS, giftCoinsMax } });
    expect(await send()).toEqual({ kind, isUsed: true });
    expect(await send({ caps: NO_CAPS })).toEqual(REPLAYED);
  });

  it("as another gift under a known id", async () => {
    const sender = await newSender(50);
    const entry = giftEntry(sender, { priceCoins: 1 });
    expect(await acceptGift(redis(), entry)).toMatchObject({ kind: "new" });
    const other = { ...entry, count: 2, nonce: randomUUID() };
    const send = () => acceptGift(redis(), other, { ...NO_RULES, nonce: nonceOf(sender, other.nonce) });
    expect(await send()).toEqual({ kind: "conflict" });
    expect(await send()).toEqual({ kind: "replayed" });
  });
});

it("a wallet that has to be read first does not use the call up, and neither does a caps that is read anew", async () => {
  const sender = randomUUID();
  const entry = { ...giftEntry(sender, { priceCoins: 15 }), nonce: randomUUID() };
  const nonce = nonceOf(sender, entry.nonce);
  const rules = { ...NO_RULES, nonce };
  expect(await acceptGift(redis(), entry, rules)).toEqual({ kind: "cold" });
  expect(nonce.isUsed).toBe(false);
  await cacheWallet(redis(), sender, { ...EMPTY_WALLET, version: 1, balanceCoins: 100 });
  expect(
    await acceptGift(redis(), entry, { ...rules, caps: { ...NO_CAPS, giftCoinsMax: 10 } }),
  ).toMatchObject({ kind: "capped" });
  // The same call goes on with caps as they are now: it is its own, and used.
  expect(nonce.isUsed).toBe(true);
  expect(await acceptGift(redis(), entry, rules)).toMatchObject({ kind: "new" });
  const copy = nonceOf(sender, entry.nonce);
  expect(await acceptGift(redis(), entry, { ...NO_RULES, nonce: copy })).toEqual({ kind: "replayed" });
});

it("is of its user: the same text is another nonce for somebody else", async () => {
  const [one, other] = [await newSender(10), await newSender(10)];
  const text = randomUUID();
  for (const sender of [one, other]) await nonceOf(sender, text).use(redis());
  await expect(nonceOf(one, text).use(redis())).rejects.toMatchObject({ bizName: "REPLAYED" });
});

it("is kept for as long as its call is taken, and little longer", async () => {
  const [userId, text] = [randomUUID(), randomUUID()];
  const nowMs = Date.now();
  await new CallNonce(text, userId, { signedAtMs: nowMs + 60_000, nowMs }).use(redis());
  const keptMs = await redis().pttl(nonceKey(bucketOf(userId), userId, text));
  expect(keptMs).toBeGreaterThan(120_000);
  expect(keptMs).toBeLessThanOrEqual(130_000);
});

describe("a claim", () => {
  const HOUR_MS = 3_600_000;

  async function makeRain() {
    const rain = { rainId: randomUUID(), roomId: randomUUID(), shardCount: 4, claimsPerViewer: 5 };
    const amounts = Array.from({ length: 256 }, () => 1);
    await loadShards(redis(), rain, amounts, "loader", async () => {});
    return rain;
  }
  type Rain = Awaited<ReturnType<typeof makeRain>>;

  function copiesOfClaim(rain: Rain, userId: string) {
    const text = randomUUID();
    const facts = { claimId: randomUUID(), traceId: "t".repeat(32), claimedAt: new Date().toISOString() };
    return async () => {
      const nonce = nonceOf(userId, text);
      nonce.keepIn(homeBucketOf(rain, userId));
      const { kind } = await claimPacket(redis(), { ...rain, ...facts, userId, nonce }, undefined, false);
      return { kind, isUsed: nonce.isUsed };
    };
  }

  it("that came too soon is not taken by a copy once the rain falls", async () => {
    const rain = await makeRain();
    const claim = copiesOfClaim(rain, randomUUID());
    expect(await claim()).toEqual({ kind: "soon", isUsed: true });
    await openShards(redis(), rain, HOUR_MS);
    expect(await claim()).toEqual(REPLAYED);
  });

  it("wins one packet by one call, and another by another", async () => {
    const rain = await makeRain();
    await openShards(redis(), rain, HOUR_MS);
    const userId = randomUUID();
    for (let packet = 0; packet < 2; packet++) {
      const claim = copiesOfClaim(rain, userId);
      const copies = await Promise.all([claim(), claim(), claim()]);
      expect(copies.map(({ kind }) => kind).sort()).toEqual(["replayed", "replayed", "won"]);
    }
  });
});
