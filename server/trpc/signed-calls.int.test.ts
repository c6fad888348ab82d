import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { BizErrorDetails } from "@/domain/contracts/errors";
import { bucketOf } from "@/domain/rules/bucket";
import { DEMO_ANCHOR_PHONES, DEMO_VIEWER_PHONES } from "@/domain/rules/demo-users";
import { openRedis, waitForRedis } from "@/platform/redis/client";
import { nonceKey, walletKey } from "@/platform/redis/keys";
import { signCall } from "@/platform/security/signed-call";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { FROM_THE_START } from "../queue/bucket-queue";
import { giftQueue } from "../queue/queues";
import { debitBatch } from "../services/gift/debit-batch";
import { startWebHarness, type WebHarness } from "../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
/** Two web processes over the same stores. */
let webs: [WebHarness, WebHarness];
let roomId: string;
let anchor: ApiClient;
let people = 0;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const settings = { RATE_LIMIT_USER: "100000/10", RATE_LIMIT_ANONYMOUS: "100000/10" };
  const start = () => startWebHarness({ ...databases, ...redis }, settings);
  webs = [await start(), await start()];
  anchor = await signIn(DEMO_ANCHOR_PHONES[0] ?? "");
  const { data } = await anchor.query<{ roomId: string }>("room.mine");
  roomId = data.roomId;
});
afterAll(async () => {
  await Promise.all(webs?.map((web) => web.close()) ?? []);
  await Promise.all([databases?.drop(), redis?.drop()]);
});

async function signIn(phone: string): Promise<ApiClient> {
  const client = new ApiClient(webs[0].url);
  await client.signInByPhone(phone);
  return client;
}

/** A demo viewer, who has coins, or somebody new, who has none. */
async function newSender(kind: "rich" | "poor" = "rich") {
  const number = people++;
  const client = await signIn(
    kind === "rich" ? (DEMO_VIEWER_PHONES[number] ?? "") : `+1555010${String(number).padStart(4, "0")}`,
  );
  const { data } = await client.query<{ userId: string; signingKey: string }>("session.me");
  return { client, ...data };
}
type Sender = Awaited<ReturnType<typeof newSender>>;

interface Signed {
  path: string;
  body: string;
  headers: Record<string, string>;
}
interface Said {
  status: number;
  name: string;
  details: BizErrorDetails;
  data: Record<string, unknown> | undefined;
}

/** A call that is signed and not sent yet. */
function sign(
  { signingKey }: Sender,
  procedure: string,
  input: unknown,
  nonce: string = randomUUID(),
): Signed {
  const path = `/api/trpc/${procedure}`;
  const body = JSON.stringify(input);
  return { path, body, headers: signCall(signingKey, { method: "POST", path, body }, Date.now(), nonce) };
}

/** To the letter, however often it was sent before, to either of the two processes. */
async function send({ client }: Sender, { path, body, headers }: Signed, web = webs[0]): Promise<Said> {
  const response = await fetch(web.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: client.cookieHeader(), ...headers },
    body,
  });
  const answer = (await response.json()) as {
    result?: { data: Record<string, unknown> };
    error?: { data: { biz: { name: string; details: BizErrorDetails } } };
  };
  const { name = "ok", details = {} } = answer.error?.data.biz ?? {};
  return { status: response.status, name, details, data: answer.result?.data };
}

const giftOf = (facts: Record<string, unknown> = {}) => ({
  giftOrderId: randomUUID(),
  roomId,
  giftId: "hearts",
  count: 1,
  ...facts,
});

async function expectReplayed(sender: Sender, call: Signed): Promise<void> {
  for (const web of webs)
    expect(await send(sender, call, web)).toMatchObject({ status: 409, name: "REPLAYED" });
}

async function countQueued({ userId }: Sender): Promise<number> {
  let count = 0;
  for await (const gifts of giftQueue.listItems(webs[0].resources.redis, bucketOf(userId)))
    count += gifts.filter(({ senderId }) => senderId === userId).length;
  return count;
}

/** Debits what is queued of somebody, as gift-debit does. */
async function debit({ userId }: Sender): Promise<void> {
  const { env, log } = webs[0].resources;
  const reader = openRedis(env.REDIS_URL, log, { name: "reader", blocking: true });
  await waitForRedis(reader, 5_000);
  const bucket = bucketOf(userId);
  const entries = await giftQueue.readEntries(reader, new Map([[bucket, FROM_THE_START]]), 100);
  await debitBatch(webs[0].resources, entries);
  await giftQueue.acknowledge(
    webs[0].resources.redis,
    bucket,
    entries.map(({ id }) => id),
  );
  reader.disconnect();
}

describe("a gift", () => {
  it("is sent once by one signed call, on its way and when it is paid, whichever process is asked", async () => {
    const sender = await newSender();
    const call = sign(sender, "gift.send", giftOf());
    expect(await send(sender, call)).toMatchObject({ name: "ok", data: { status: "pending" } });
    await expectReplayed(sender, call);
    expect(await countQueued(sender)).toBe(1);
    await debit(sender);
    await expectReplayed(sender, call);
    expect(await countQueued(sender)).toBe(0);
  });

  it("that its sender sends again is signed again, and that call works once, too", async () => {
    const sender = await newSender();
    const gift = giftOf();
    expect(await send(sender, sign(sender, "gift.send", gift))).toMatchObject({ name: "ok" });
    for (const status of ["pending", "settled"]) {
      const again = sign(sender, "gift.send", gift);
      expect(await send(sender, again)).toMatchObject({ name: "ok", data: { status } });
      await expectReplayed(sender, again);
      if (status === "pending") await debit(sender);
    }
  });

  it("that could not be paid is not sent by a copy of the call after coins have come", async () => {
    const sender = await newSender("poor");
    const call = sign(sender, "gift.send", giftOf());
    expect(await send(sender, call)).toMatchObject({ name: "INSUFFICIENT_COINS" });
    const { redis: client } = webs[0].resources;
    await client.hset(walletKey(sender.userId), "bal", 1_000_000);
    await expectReplayed(sender, call);
    expect(await countQueued(sender)).toBe(0);
    expect(await send(sender, sign(sender, "gift.send", giftOf()))).toMatchObject({ name: "ok" });
  });

  it("that was refused for what it asks is not sent by a copy when that has changed", async () => {
    const sender = await newSender();
    const calls = [
      sign(sender, "gift.send", giftOf({ giftId: "no-such-gift" })),
      sign(sender, "gift.send", giftOf({ roomId: randomUUID() })),
      sign(sender, "gift.send", { nonsense: true }),
    ];
    for (const call of calls) {
      expect((await send(sender, call)).status).toBeGreaterThanOrEqual(400);
      await expectReplayed(sender, call);
    }
  });

  it("of a guest is refused for that, and a copy for being one", async () => {
    const client = new ApiClient(webs[0].url);
    await client.signInAsGuest();
    const { data } = await client.query<{ userId: string; signingKey: string }>("session.me");
    const guest = { client, ...data };
    const call = sign(guest, "gift.send", giftOf());
    expect(await send(guest, call)).toMatchObject({ name: "GUEST_CANNOT_SPEND" });
    await expectReplayed(guest, call);
  });

  it("is sent by one of a hundred copies at once, and no other effect is left", async () => {
    const sender = await newSender();
    const call = sign(sender, "gift.send", giftOf());
    const said = await Promise.all(
      Array.from({ length: 100 }, (_, turn) => send(sender, call, webs[turn % 2])),
    );
    // What a busy process could not say in time is UNAVAILABLE; the one copy that was taken may be among them.
    const names = said.map(({ name }) => name);
    const known = names.filter((name) => name !== "UNAVAILABLE");
    expect(known.filter((name) => name !== "ok" && name !== "REPLAYED")).toEqual([]);
    const taken = known.filter((name) => name === "ok").length;
    expect(taken).toBeLessThanOrEqual(1);
    expect(taken + names.length - known.length).toBeGreaterThanOrEqual(1);
    expect(await countQueued(sender)).toBe(1);
  });

  it("leaves nothing in Redis beside itself that says its call was used", async () => {
    const sender = await newSender();
    const { redis: client } = webs[0].resources;
    const nonce = randomUUID();
    expect(await send(sender, sign(sender, "gift.send", giftOf(), nonce))).toMatchObject({ name: "ok" });
    const key = nonceKey(bucketOf(sender.userId), sender.userId, nonce);
    expect(await client.exists(key)).toBe(0);
    const again = randomUUID();
    expect(await send(sender, sign(sender, "gift.send", { nonsense: 1 }, again))).toMatchObject({
      status: 400,
    });
    const ttlMs = await client.pttl(nonceKey(bucketOf(sender.userId), sender.userId, again));
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(130_000);
  });

  it("in a batch shares the nonce of the batch, which works once", async () => {
    const sender = await newSender();
    const path = "gift.send,gift.send?batch=1";
    const batch = sign(sender, path, { 0: giftOf(), 1: giftOf() });
    const response = await fetch(webs[0].url + batch.path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        cookie: sender.client.cookieHeader(),
        ...batch.headers,
      },
      body: batch.body,
    });
    expect(response.status).toBe(200);
    expect(await countQueued(sender)).toBe(2);
    const copy = await fetch(webs[1].url + batch.path, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: sender.client.cookieHeader(), ...batch.headers },
      body: batch.body,
    });
    expect(copy.status).toBe(409);
    expect(await countQueued(sender)).toBe(2);
  });
});

describe("a claim", () => {
  it("works once by one signed call, whatever came of it", async () => {
    const sender = await newSender();
    const claim = { code: "A".repeat(20), roomId, claimId: randomUUID() };
    const call = sign(sender, "rain.claim", claim);
    expect(await send(sender, call)).toMatchObject({ name: "NOT_FOUND" });
    await expectReplayed(sender, call);
  });
});

describe("any other mutation", () => {
  it("works once, over both processes, and its copy does nothing", async () => {
    const sender = await newSender();
    const anchorId = (await anchor.query<{ userId: string }>("session.me")).data.userId;
    const follow = sign(sender, "follow.set", { anchorId, following: true });
    const unfollow = sign(sender, "follow.set", { anchorId, following: false });
    expect(await send(sender, follow)).toMatchObject({ name: "ok" });
    expect(await send(sender, unfollow, webs[1])).toMatchObject({ name: "ok" });
    await expectReplayed(sender, follow);
    const { data } = await sender.client.query<{ following: boolean }>("follow.get", { anchorId });
    expect(data.following).toBe(false);
  });

  it("is signed for its own session, path, body and minute", async () => {
    const [sender, other] = [await newSender(), await newSender()];
    const input = { nickname: "Somebody" };
    const good = sign(sender, "me.updateProfile", input);
    const stale = signCall(
      sender.signingKey,
      { method: "POST", path: good.path, body: good.body },
      Date.now() - 61_000,
    );
    const refusals = await Promise.all([
      send(sender, sign(other, "me.updateProfile", input)),
      send(sender, { ...good, path: `${good.path}?x=1` }),
      send(sender, { ...good, body: `${good.body} ` }),
      send(sender, { ...good, headers: stale }),
    ]);
    expect(refusals.map(({ name, details }) => [name, details.reason])).toEqual([
      ["SIGNATURE_INVALID", "wrong"],
      ["SIGNATURE_INVALID", "wrong"],
      ["SIGNATURE_INVALID", "wrong"],
      ["SIGNATURE_INVALID", "stale"],
    ]);
    expect(await send(sender, good)).toMatchObject({ name: "ok" });
  });

  it("of somebody without a session needs none, and is refused for that", async () => {
    const { status, error } = await new ApiClient(webs[0].url).mutate("gift.send", giftOf());
    expect([status, error?.name]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("is refused where Redis cannot say whether it came before", async () => {
    const sender = await newSender();
    const { redis: client } = webs[1].resources;
    client.disconnect();
    const call = sign(sender, "me.updateProfile", { nickname: "Nobody knows" });
    expect(await send(sender, call, webs[1])).toMatchObject({ status: 503, name: "UNAVAILABLE" });
    expect((await sender.client.query<{ nickname: string }>("session.me")).data.nickname).not.toBe(
      "Nobody knows",
    );
    await client.connect();
    await waitForRedis(client, 5_000);
    expect(await send(sender, call, webs[1])).toMatchObject({ name: "ok" });
  });
});

describe("the key", () => {
  it("is told to its session only, another one for each, the same by every process", async () => {
    const sender = await newSender();
    const me = async (web: WebHarness, cookie: string) => {
      const response = await fetch(`${web.url}/api/trpc/session.me`, { headers: { cookie } });
      return ((await response.json()) as { result: { data: { signingKey?: string } | null } }).result.data;
    };
    const cookie = sender.client.cookieHeader();
    const keys = await Promise.all(webs.map((web) => me(web, cookie)));
    expect(keys.map((one) => one?.signingKey)).toEqual([sender.signingKey, sender.signingKey]);
    expect(sender.signingKey).toMatch(/^[\da-f]{64}$/);
    const again = await signIn(DEMO_VIEWER_PHONES[0] ?? "");
    const once = await signIn(DEMO_VIEWER_PHONES[0] ?? "");
    expect(await again.findSigningKey()).not.toBe(await once.findSigningKey());
    expect(await me(webs[0], "")).toBeNull();
    // Nothing that a browser keeps for longer than a page has it.
    expect(decodeURIComponent(cookie)).not.toContain(sender.signingKey);
  });
});
