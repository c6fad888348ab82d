import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type MoneyHarness, openWallet, startMoneyHarness } from "@/server/testing/money-harness";
import { removeExpired } from "./remove-expired";

const NOW = new Date("2026-06-01T00:00:00Z");
const NOTHING = { codes: 0, sessions: 0, chat: 0, callbacks: 0, guests: 0 };
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 24 * 3_600_000);

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const sql = () => harness.resources.live.sql;
async function person(seen: Date, facts: { isGuest?: boolean; role?: string } = {}): Promise<string> {
  const id = randomUUID();
  const { isGuest = true, role = "guest" } = facts;
  await sql()`INSERT INTO users (id, name, email, is_anonymous, role, created_at, updated_at)
    VALUES (${id}, 'N', ${id}, ${isGuest}, ${role}, ${seen}, ${seen})`;
  return id;
}
async function session(userId: string, expiresAt: Date, updatedAt = expiresAt): Promise<string> {
  const id = randomUUID();
  await sql()`INSERT INTO auth_sessions (id, token, user_id, expires_at, updated_at)
    VALUES (${id}, ${id}, ${userId}, ${expiresAt}, ${updatedAt})`;
  return id;
}
async function code(expiresAt: Date): Promise<string> {
  const id = randomUUID();
  await sql()`INSERT INTO auth_verifications (id, identifier, value, expires_at) VALUES (${id}, ${id}, 'v', ${expiresAt})`;
  return id;
}
const left = async (table: string, ids: string[]) => {
  const rows = await sql()<{ id: string }[]>`SELECT id FROM ${sql()(table)} WHERE id = ANY(${ids}::uuid[])`;
  return ids.filter((id) => rows.some((row) => row.id === id));
};

it("removes what ran out and guests without a trace, and nothing else", async () => {
  const codes = [await code(daysAgo(0.5)), await code(daysAgo(1.5))];
  const viewer = await person(daysAgo(400), { isGuest: false, role: "viewer" });
  const sessions = [await session(viewer, daysAgo(29)), await session(viewer, daysAgo(31))];
  const gone = await person(daysAgo(91));
  const kept = {
    recent: await person(daysAgo(89)),
    registered: await person(daysAgo(400), { isGuest: false, role: "viewer" }),
    withWallet: await person(daysAgo(400)),
    wasMuted: await person(daysAgo(400)),
    chatted: await person(daysAgo(400)),
    signedIn: await person(daysAgo(400)),
    seenLater: await person(daysAgo(400)),
  };
  await openWallet(harness.resources, kept.withWallet, 0);
  const roomId = randomUUID();
  await sql()`INSERT INTO rooms (id, anchor_id, title, category) VALUES (${roomId}, ${viewer}, 'r', 'c')`;
  await sql()`INSERT INTO room_restrictions (id, room_id, user_id, kind, created_by)
    VALUES (${randomUUID()}, ${roomId}, ${kept.wasMuted}, 'mute', ${viewer})`;
  await sql()`INSERT INTO chat_messages (sender_id, message_id, room_id, session_id, sender_name, sender_role, text, trace_id, created_at)
    VALUES (${kept.chatted}, ${randomUUID()}, ${roomId}, ${roomId}, 'N', 'guest', 'hello', 't', ${daysAgo(300)})`;
  await session(kept.signedIn, daysAgo(-1));
  // The session goes; that they were here in it stays known.
  await session(kept.seenLater, daysAgo(40), daysAgo(47));

  expect(await removeExpired(harness.resources, NOW)).toEqual({
    ...NOTHING,
    codes: 1,
    sessions: 2,
    guests: 1,
  });
  expect(await left("auth_verifications", codes)).toEqual(codes.slice(0, 1));
  expect(await left("auth_sessions", sessions)).toEqual(sessions.slice(0, 1));
  expect(await left("users", [gone, viewer, ...Object.values(kept)])).toEqual([
    viewer,
    ...Object.values(kept),
  ]);
  expect(await removeExpired(harness.resources, NOW)).toEqual(NOTHING);
});

it("goes through more than one step of each", async () => {
  await sql()`INSERT INTO auth_verifications (id, identifier, value, expires_at)
    SELECT gen_random_uuid(), 'i', 'v', ${daysAgo(9)} FROM generate_series(1, 1100)`;
  await sql()`INSERT INTO users (id, name, email, is_anonymous, role, updated_at)
    SELECT gen_random_uuid(), 'N', gen_random_uuid(), true, 'guest', ${daysAgo(200)} FROM generate_series(1, 1100)`;
  expect(await removeExpired(harness.resources, NOW)).toEqual({ ...NOTHING, codes: 1_100, guests: 1_100 });
});

it("goes by the policy", async () => {
  await sql()`INSERT INTO policies (key, value) VALUES ('retention', '{"codesDays": 5}')`;
  const [young, old] = [await code(daysAgo(4)), await code(daysAgo(6))];
  expect(await removeExpired(harness.resources, NOW)).toMatchObject({ codes: 1 });
  expect(await left("auth_verifications", [young, old])).toEqual([young]);
});

it("removes old chat and payment callbacks, the guests with them, and keeps them for ever where the policy says so", async () => {
  const policy = (value: string) => sql()`
    INSERT INTO policies (key, value) VALUES ('retention', ${value}::text::jsonb)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
  // What the tests before have left.
  await policy("{}");
  await removeExpired(harness.resources, NOW);
  const guest = await person(daysAgo(400));
  const room = randomUUID();
  const chat = (at: Date, count: number) => sql()`
    INSERT INTO chat_messages (sender_id, message_id, room_id, session_id, sender_name, sender_role, text, trace_id, created_at)
    SELECT ${guest}, gen_random_uuid(), ${room}, ${room}, 'N', 'guest', 'hello', 't', ${at} FROM generate_series(1, ${count}::int)`;
  const callback = (at: Date) => sql()`
    INSERT INTO payment_callbacks (provider, nonce, kind, outcome, trace_id, received_at)
    VALUES ('sandbox', ${randomUUID()}, 'paid', 'credited', 't', ${at})`;
  await Promise.all([
    chat(daysAgo(366), 600),
    chat(daysAgo(364), 2),
    callback(daysAgo(366)),
    callback(daysAgo(364)),
  ]);

  await policy('{"chatDays": null, "callbacksDays": null}');
  expect(await removeExpired(harness.resources, NOW)).toEqual(NOTHING);
  await policy("{}");
  expect(await removeExpired(harness.resources, NOW)).toEqual({ ...NOTHING, chat: 600, callbacks: 1 });
  expect(await left("users", [guest])).toEqual([guest]);
  await policy('{"chatDays": 300}');
  expect(await removeExpired(harness.resources, NOW)).toEqual({ ...NOTHING, chat: 2, guests: 1 });
  expect(await left("users", [guest])).toEqual([]);
});
