import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { RoomDetail } from "@/domain/contracts/room";
import { finishBackground } from "@/platform/runtime/background";
import { demoId, seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";
import { removeExpired } from "../retention/remove-expired";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let other: WebHarness;
let anchor: ApiClient;
const roomId = demoId("room:+8613900000001");
const otherRoomId = demoId("room:+8613900000002");

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const start = () =>
    startWebHarness(
      { ...databases, ...redis },
      {
        RATE_LIMIT_ANONYMOUS: "100000/10",
        RATE_LIMIT_USER: "100000/10",
        RATE_LIMIT_MODERATION: "1000/60",
        TRUST_PROXY: "true",
      },
    );
  web = await start();
  other = await start();
  anchor = from("203.0.113.1");
  await anchor.signInByPhone("+8613900000001");
});
afterAll(async () => {
  await Promise.all([web?.close(), other?.close()]);
  await Promise.all([databases?.drop(), redis?.drop()]);
});

/** A browser without a cookie at an address, sent to either process. */
function from(address: string, harness = web): ApiClient {
  return new ApiClient(harness.url, { "x-forwarded-for": address });
}
/** What is left of a browser whose owner signs out: the sign-in library's cookies go, the rest stays. */
function withoutSession(client: ApiClient, address: string, harness = web): ApiClient {
  const same = from(address, harness);
  for (const [name, value] of client.cookies) if (name.endsWith("browser")) same.cookies.set(name, value);
  return same;
}
async function enter(client: ApiClient): Promise<ApiClient> {
  await client.signInAsGuest();
  expect((await requestChannel(client)).status).toBe(200);
  return client;
}
const requestChannel = (client: ApiClient, room = roomId) =>
  client.fetch("/api/push/auth", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ socket_id: "1.1", channel_name: `private-room-${room}` }).toString(),
  });
async function kick(client: ApiClient, input: object = { minutes: 5, reason: "rude" }): Promise<string> {
  const { userId } = (await client.query<{ userId: string }>("session.me")).data;
  expect((await anchor.mutate("room.kick", { roomId, userId, ...input })).error).toBeUndefined();
  await finishBackground();
  return userId;
}
/** Everything that lets somebody into a room. */
async function expectOut(client: ApiClient, room = roomId): Promise<RoomDetail["restrictions"]> {
  for (const answer of [
    await client.query("chat.history", { roomId: room }),
    await client.query("room.eventsAfter", { roomId: room, seq: 0 }),
  ]) {
    expect(answer.error?.name).toBe("KICKED");
  }
  const room_ = (await client.query<RoomDetail>("room.get", { roomId: room })).data;
  expect(room_.streamUrl).toBeNull();
  expect(Date.parse(room_.restrictions.kickedUntil ?? "")).toBeGreaterThan(Date.now());
  return room_.restrictions;
}
async function expectGuestOut(client: ApiClient): Promise<void> {
  await expectOut(client);
  expect((await requestChannel(client)).status).toBe(403);
  const said = await client.mutate("chat.send", { roomId, messageId: crypto.randomUUID(), text: "back" });
  expect(said.error?.name).toBe("KICKED");
}
async function expectIn(client: ApiClient): Promise<void> {
  expect((await client.query("chat.history", { roomId })).error).toBeUndefined();
  expect((await requestChannel(client)).status).toBe(200);
}

it("keeps out the browser, under any guest's name, at any address, in every process", async () => {
  const guest = await enter(from("198.51.100.1"));
  await kick(guest);
  await expectGuestOut(guest);
  const anew = withoutSession(guest, "198.51.100.77", other);
  await anew.signInAsGuest();
  await expectGuestOut(anew);
  // What was said to the guest is said to the guest again.
  expect((await expectOut(anew)).kickReason).toBe("rude");
  // Signed out, one does not see in either.
  await expectOut(withoutSession(guest, "198.51.100.78"));
  // No other room.
  expect((await requestChannel(anew, otherRoomId)).status).toBe(200);
});

it("keeps out guests from the address, and nobody who is signed in", async () => {
  const guest = await enter(from("198.51.100.2"));
  await kick(guest);
  const anew = from("198.51.100.2", other);
  await anew.signInAsGuest();
  await expectGuestOut(anew);
  // It may be somebody else: they do not read what was said to the guest.
  expect((await expectOut(anew)).kickReason).toBeNull();
  await expectOut(from("198.51.100.2"));
  const viewer = from("198.51.100.2");
  await viewer.signInByPhone("+8613800000003");
  await expectIn(viewer);
  await expectIn(await enter(from("198.51.100.3")));
});

it("counts a network of IPv6 as one", async () => {
  await kick(await enter(from("2001:db8:1:2::1")));
  const anew = from("2001:db8:1:2:ffff::9");
  await anew.signInAsGuest();
  await expectGuestOut(anew);
  await expectIn(await enter(from("2001:db8:1:3::1")));
});

it("holds for its time, for an address no longer than 30 days, and ends when it is undone", async () => {
  const { sql } = web.resources.live;
  const guest = await enter(from("198.51.100.5"));
  const userId = await kick(guest, {});
  const [same, neighbour] = [withoutSession(guest, "198.51.100.6"), from("198.51.100.5")];
  for (const client of [same, neighbour]) {
    await client.signInAsGuest();
    await expectGuestOut(client);
  }
  await sql`UPDATE room_restrictions SET created_at = created_at - interval '31 days' WHERE user_id = ${userId}`;
  await expectIn(neighbour);
  await expectOut(same);
  expect((await anchor.mutate("room.restore", { roomId, userId })).error).toBeUndefined();
  await expectIn(same);

  await kick(guest);
  await expectOut(neighbour);
  await sql`UPDATE room_restrictions SET until = now() - interval '1 ms' WHERE user_id = ${userId} AND lifted_at IS NULL`;
  await expectIn(neighbour);
  await expectIn(same);
});

it("goes on after the guest has signed in and out again", async () => {
  const guest = await enter(from("198.51.100.8"));
  await kick(guest);
  await guest.signInByPhone("+8613800000004");
  await expectOut(guest);
  const anew = withoutSession(guest, "198.51.100.9");
  await anew.signInAsGuest();
  await expectGuestOut(anew);
});

it("a kick of somebody who is signed in holds for them alone", async () => {
  const viewer = from("198.51.100.10");
  await viewer.signInByPhone("+8613800000005");
  await expectIn(viewer);
  await kick(viewer);
  await expectOut(viewer);
  await expectIn(await enter(withoutSession(viewer, "198.51.100.10")));
});

it("keeps no addresses, and its marks no longer than they are of use", async () => {
  const { live, log } = web.resources;
  const guest = await enter(from("198.51.100.11"));
  const kicked = await enter(from("198.51.100.12"));
  const { userId } = (await guest.query<{ userId: string }>("session.me")).data;
  const kickedId = await kick(kicked, {});
  const marks = await live.sql`SELECT mark FROM guest_marks WHERE user_id IN (${userId}, ${kickedId})`;
  expect(marks).toHaveLength(4);
  expect(JSON.stringify(marks)).not.toContain("198.51");
  await live.sql`UPDATE guest_marks SET seen_at = now() - interval '1 year' WHERE user_id IN (${userId}, ${kickedId})`;
  await removeExpired({ live, log }, new Date());
  const left = await live.sql`SELECT user_id FROM guest_marks WHERE user_id IN (${userId}, ${kickedId})`;
  expect(left).toEqual([{ user_id: kickedId }, { user_id: kickedId }]);
});
