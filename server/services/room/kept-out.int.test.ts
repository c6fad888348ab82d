import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { finishBackground } from "@/platform/runtime/background";
import { demoId, seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";
import type { ContractParser } from "../../trpc/contract";
import { appRouter } from "../../trpc/router";

/** What goes on in the room. None of it is in any answer to somebody who is kept out. */
const STREAM = "https://cdn.example/secret-stream.m3u8";
const WORDS = "secret words of the room";
const CODE = "SECRETCODE0123456789";
const ANCHOR = "+8613900000001";
const roomId = demoId(`room:${ANCHOR}`);

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let anchor: ApiClient;
/** Everybody who was kicked or stands where somebody was, by what they are. */
const kept: Record<string, ApiClient> = {};

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness(
    { ...databases, ...redis },
    {
      RATE_LIMIT_ANONYMOUS: "100000/10",
      RATE_LIMIT_USER: "100000/10",
      RATE_LIMIT_MODERATION: "1000/60",
      RATE_LIMIT_CHAT_SEND: "100000/5",
      RATE_LIMIT_RAIN_CLAIM: "100000/1",
      TRUST_PROXY: "true",
    },
  );
  anchor = await signIn("203.0.113.1", ANCHOR);
  await anchor.mutate("room.open", { title: "T", category: "music", tags: [] });
  await anchor.mutate("room.updateSettings", { roomId, streamUrl: STREAM });
  kept.viewer = await signIn("198.51.100.1", "+8613800000001");
  kept["another room's anchor"] = await signIn("198.51.100.2", "+8613900000002");
  kept.guest = from("198.51.100.3");
  await kept.guest.signInAsGuest();
  // All of them were let in before.
  for (const client of Object.values(kept)) {
    if ((await requestChannel(client)) !== 200) throw new Error("not let in");
  }
  await mustTake("chat.send", { roomId, messageId: randomUUID(), text: WORDS });
  await fallRain();
  for (const client of Object.values(kept)) {
    const { userId } = (await client.query<{ userId: string }>("session.me")).data;
    await mustTake("room.kick", { roomId, userId, minutes: 60 });
  }
  await finishBackground();
  const sameBrowser = from("198.51.100.77");
  for (const [name, value] of kept.guest.cookies) {
    if (name.endsWith("browser")) sameBrowser.cookies.set(name, value);
  }
  kept["nobody in the guest's browser"] = sameBrowser;
  kept["another guest at the guest's address"] = from("198.51.100.3");
  await kept["another guest at the guest's address"].signInAsGuest();
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

const from = (address: string) => new ApiClient(web.url, { "x-forwarded-for": address });
async function signIn(address: string, phone: string): Promise<ApiClient> {
  const client = from(address);
  await client.signInByPhone(phone);
  return client;
}
async function mustTake(path: string, input: object): Promise<void> {
  const { error } = await anchor.mutate(path, input);
  if (error) throw new Error(`${path}: ${error.name}`);
}
async function requestChannel(client: ApiClient): Promise<number> {
  const response = await client.fetch("/api/push/auth", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ socket_id: "1.1", channel_name: `private-room-${roomId}` }).toString(),
  });
  return response.status;
}
/** Guests of an address say something every few seconds: nobody waits for that here. */
async function forgetLimits(): Promise<void> {
  const keys = await web.resources.redis.keys("*chat.send.guest*");
  if (keys.length > 0) await web.resources.redis.del(...keys);
}
/** As the database has one that falls. */
async function fallRain(): Promise<void> {
  const rain = { rainId: randomUUID(), fundedBy: "anchor", budgetCoins: 10, packetCount: 10 };
  const made = await anchor.mutate("rain.create", { ...rain, durationSeconds: 120, countdownSeconds: 0 });
  const rows = await web.resources.live.sql`
    UPDATE rains SET status = 'started', started_at = now(), ends_at = now() + interval '1 hour', code = ${CODE}
    WHERE rain_id = ${rain.rainId} RETURNING rain_id`;
  expect([made.error, rows.length]).toEqual([undefined, 1]);
  const { data } = await anchor.query<{ current: { code: string } | null }>("rain.current", { roomId });
  expect(data.current?.code).toBe(CODE);
}

interface Definition {
  _def: { type: "query" | "mutation"; inputs: ContractParser[] };
}

/** The keys of an input, whatever it is wrapped in. */
function keysOf(schema: z.core.$ZodType): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === "object") return Object.keys(def.shape);
  return "innerType" in def ? keysOf(def.innerType) : [];
}
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Definition>)
  .map(([path, { _def }]) => ({
    path,
    type: _def.type,
    keys: _def.inputs.flatMap(({ schema }) => keysOf(schema)),
  }))
  .filter(({ keys }) => keys.includes("roomId"));

/** Of everything that a procedure may want, one that it takes. */
const VALUES: Record<string, unknown> = {
  roomId,
  userId: randomUUID(),
  senderId: randomUUID(),
  messageId: randomUUID(),
  giftOrderId: randomUUID(),
  giftId: "rose",
  claimId: randomUUID(),
  code: CODE,
  count: 1,
  on: true,
  show: true,
  remove: true,
  seq: 0,
  text: "let me in",
  window: "all",
  reason: "because",
};
const inputOf = (keys: readonly string[]) =>
  Object.fromEntries(keys.flatMap((key) => (key in VALUES ? [[key, VALUES[key]]] : [])));

/** Which refusals are right: the kick, or that such a caller may never call it, wherever. */
const REFUSALS = ["KICKED", "FORBIDDEN", "UNAUTHENTICATED", "GUEST_CANNOT_SPEND", "NOT_FOUND"];
/** What answers all the same, and why. */
const ANSWERED: Record<string, string> = {
  "room.get": "says that one is kept out, until when and why",
  "rain.current": "says what `rain.result` tells everybody, without the code",
};

describe("whoever is kept out of a room", () => {
  it("is asked about in every procedure that takes a room", async () => {
    const somebody = from("198.51.100.200");
    const told = await Promise.all(
      ["room.get", "chat.history", "rain.current"].map((path) => somebody.query(path, { roomId })),
    );
    // What would be found if it came out.
    for (const secret of [STREAM, WORDS, CODE]) expect(JSON.stringify(told)).toContain(secret);
    expect(procedures.length).toBeGreaterThan(15);
    for (const path of [...Object.keys(ANSWERED), "room.top", "rain.claim", "gift.send", "chat.history"]) {
      expect(procedures.map((procedure) => procedure.path)).toContain(path);
    }
  });

  it.each(procedures)("gets nothing of it from $path", async ({ path, type, keys }) => {
    for (const [who, client] of Object.entries(kept)) {
      await forgetLimits();
      const answer = await (type === "query"
        ? client.query(path, inputOf(keys))
        : client.mutate(path, inputOf(keys)));
      const said = JSON.stringify(answer);
      for (const secret of [STREAM, WORDS, CODE]) expect(said, who).not.toContain(secret);
      if (path in ANSWERED) expect(answer.error, who).toBeUndefined();
      else expect(REFUSALS, `${who}: ${said}`).toContain(answer.error?.name);
    }
  });

  it.each(["room.top", "room.eventsAfter", "chat.history"])(
    "is told so by %s, whoever they are",
    async (path) => {
      const input = inputOf(["roomId", "window", "seq"]);
      for (const [who, client] of Object.entries(kept)) {
        expect((await client.query(path, input)).error?.name, who).toBe("KICKED");
      }
      // And nobody else is.
      const somebody = from("198.51.100.200");
      expect((await somebody.query(path, input)).error).toBeUndefined();
    },
  );

  it.each(["gift.send", "rain.claim", "chat.send"])(
    "is told so by %s where they could call it",
    async (path) => {
      const { keys } = procedures.find((procedure) => procedure.path === path) ?? { keys: [] };
      for (const who of ["viewer", "another room's anchor"]) {
        expect((await kept[who]?.mutate(path, inputOf(keys)))?.error?.name, who).toBe("KICKED");
      }
      await forgetLimits();
      const guest = await kept["another guest at the guest's address"]?.mutate(path, inputOf(keys));
      expect(guest?.error?.name).toBe(path === "chat.send" ? "KICKED" : "GUEST_CANNOT_SPEND");
    },
  );

  it("gets no channel", async () => {
    for (const [who, client] of Object.entries(kept)) {
      expect([401, 403], who).toContain(await requestChannel(client));
    }
  });
});
