import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLiveDb } from "@/db/client";
import { setFollow } from "@/db/live/queries/follows";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { Follow, FollowedAnchor } from "@/domain/contracts/follow";
import type { RoomCard } from "@/domain/contracts/room";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
/** The first three seeded anchors are live, the other two are not. */
let anchorIds: string[];
let viewerIds: string[];
const viewers: ApiClient[] = [];
let guest: ApiClient;

const signIn = async (phone: string) => {
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  return client;
};
const at = <T>(list: readonly T[], index: number) => list[index] as T;
const follow = (client: ApiClient, anchorId: string, following = true) =>
  client.mutate<Follow>("follow.set", { anchorId, following });
const look = async (client: ApiClient, anchorId: string) =>
  (await client.query<Follow>("follow.get", { anchorId })).data;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness(
    { ...databases, ...redis },
    { RATE_LIMIT_ANONYMOUS: "100000/10", RATE_LIMIT_USER: "100000/10" },
  );
  for (let n = 1; n <= 4; n += 1) viewers.push(await signIn(`+861380000000${n}`));
  guest = new ApiClient(web.url);
  await guest.signInAsGuest();
  const people = await web.resources.live.sql<{ id: string; role: string }[]>`
    SELECT u.id, u.role FROM users u LEFT JOIN rooms r ON r.anchor_id = u.id
    ORDER BY r.current_session_id IS NULL, u.id`;
  anchorIds = people.filter(({ role }) => role === "anchor").map(({ id }) => id);
  viewerIds = people.filter(({ role }) => role === "viewer").map(({ id }) => id);
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

describe("following", () => {
  it("counts each viewer once, however often and however many at once", async () => {
    const anchorId = at(anchorIds, 0);
    const answers = await Promise.all(
      viewers.flatMap((viewer) => Array.from({ length: 5 }, () => follow(viewer, anchorId))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(await look(at(viewers, 0), anchorId)).toEqual({ followers: 4, following: true });
    await Promise.all(Array.from({ length: 5 }, () => follow(at(viewers, 0), anchorId, false)));
    expect(await look(at(viewers, 0), anchorId)).toEqual({ followers: 3, following: false });
    expect(await look(at(viewers, 1), anchorId)).toEqual({ followers: 3, following: true });
    expect(await look(new ApiClient(web.url), anchorId)).toEqual({ followers: 3, following: false });
  });

  it("is of anchors only, never of oneself, and needs an account", async () => {
    const anchorId = at(anchorIds, 1);
    expect((await follow(at(viewers, 0), at(viewerIds, 5))).error?.name).toBe("NOT_FOUND");
    const anchor = await signIn("+8613900000001");
    const me = (await anchor.query<{ userId: string }>("session.me")).data;
    expect((await follow(anchor, me.userId)).error).toMatchObject({ name: "INVALID_INPUT" });
    expect((await follow(guest, anchorId)).error?.name).toBe("FORBIDDEN");
    expect((await follow(new ApiClient(web.url), anchorId)).error?.name).toBe("UNAUTHENTICATED");
    expect(await look(guest, anchorId)).toEqual({ followers: 0, following: false });
  });

  it("has an end for each viewer, also when they ask for many at once", async () => {
    const live = openLiveDb(databases.liveUrl, { poolMax: 5, applicationName: "follow-test" });
    try {
      const viewerId = at(viewerIds, 7);
      const outcomes = await Promise.all(
        anchorIds.map((anchorId) => setFollow(live, { viewerId, anchorId, following: true, followsMax: 2 })),
      );
      expect(outcomes.filter((outcome) => outcome === "tooMany")).toHaveLength(anchorIds.length - 2);
      const [{ followed } = { followed: 0 }] = await live.sql<{ followed: number }[]>`
        SELECT count(*)::int AS followed FROM follows WHERE viewer_id = ${viewerId}`;
      expect(followed).toBe(2);
      const drifted = await live.sql`
        SELECT f.anchor_id FROM anchor_followers f
        WHERE f.followers <> (SELECT count(*) FROM follows WHERE anchor_id = f.anchor_id)`;
      expect(drifted).toHaveLength(0);
    } finally {
      await live.close();
    }
  });
});

describe("those who are followed", () => {
  it("are listed page by page, who is live first, then by when they were followed", async () => {
    const viewer = at(viewers, 2);
    for (const anchorId of anchorIds) await follow(viewer, anchorId, false);
    const order = [4, 1, 3, 0].map((index) => at(anchorIds, index));
    for (const anchorId of order) await follow(viewer, anchorId);
    const seen: FollowedAnchor[] = [];
    let cursor: string | undefined;
    do {
      const page = await viewer.query<{ items: FollowedAnchor[]; nextCursor: string | null }>("follow.list", {
        cursor,
        limit: 1,
      });
      seen.push(...page.data.items);
      cursor = page.data.nextCursor ?? undefined;
    } while (cursor);
    const expected = [0, 1, 3, 4].map((index) => at(anchorIds, index));
    expect(seen.map(({ anchor }) => anchor.userId)).toEqual(expected);
    expect(seen.map(({ room }) => room?.isLive ?? false)).toEqual([true, true, false, false]);
    expect((await viewer.query("follow.list", { cursor: "bm90IG91cnM" })).error?.name).toBe("INVALID_INPUT");
  });

  it("stand first in the lobby of who follows them, and nobody else's", async () => {
    const [viewer, stranger] = [at(viewers, 3), new ApiClient(web.url)];
    for (const anchorId of anchorIds) await follow(viewer, anchorId, false);
    const lobby = async (client: ApiClient) => {
      const cards: RoomCard[] = [];
      let cursor: string | undefined;
      do {
        const page = await client.query<{ items: RoomCard[]; nextCursor: string | null }>("room.list", {
          cursor,
          limit: 1,
        });
        cards.push(...page.data.items);
        cursor = page.data.nextCursor ?? undefined;
      } while (cursor);
      return cards.map(({ anchor, isFollowed }) => ({ id: anchor.userId, isFollowed }));
    };
    const plain = await lobby(viewer);
    expect(plain).toHaveLength(3);
    const lastId = at(plain, 2).id;
    await follow(viewer, lastId);
    expect(await lobby(viewer)).toEqual([
      { id: lastId, isFollowed: true },
      { id: at(plain, 0).id, isFollowed: false },
      { id: at(plain, 1).id, isFollowed: false },
    ]);
    expect(await lobby(stranger)).toEqual(plain);
  });
});
