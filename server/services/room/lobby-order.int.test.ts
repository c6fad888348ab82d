import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openFinanceDb } from "@/db/client";
import { addPersonFacts } from "@/db/live/queries/person-facts";
import type { RoomList } from "@/domain/contracts/room";
import { callBy, type MoneyHarness, openAnchor, startMoneyHarness } from "@/server/testing/money-harness";
import {
  countEverything,
  openWatchedRooms,
  plantCrowds,
  type WatchedRoom,
  watchRoom,
} from "@/server/testing/watched-rooms";
import type { Ctx } from "../context";
import { updateMyProfile } from "../profile/my-profile";
import { listRooms } from "./list-rooms";

let harness: MoneyHarness;
let flute: WatchedRoom;
let arcade: WatchedRoom;
let crowds: [string[], string[]];

beforeAll(async () => {
  harness = await startMoneyHarness();
  const { resources } = harness;
  const made = await openWatchedRooms(resources, [["flute"], ["arcade"], ["noodles"], ["chess"]]);
  [flute, arcade] = made as [WatchedRoom, WatchedRoom];
  crowds = await plantCrowds([flute, arcade], (stay) => watchRoom(resources, stay));
  for (const viewer of crowds[1]) await addPersonFacts(resources.live, viewer, { region: "CN-GD" });
  for (const viewer of crowds[0].slice(0, 4)) await addPersonFacts(resources.live, viewer, { region: "SG" });
  await countEverything(resources);
}, 60_000);
afterAll(() => harness?.close());

const ask = (ctx: Ctx, input: { cursor?: string; limit?: number } = {}) =>
  listRooms(ctx, { limit: 20, sort: "forYou", ...input });
/** What is known of somebody is waited for a moment only: whoever asks again has it. */
async function askUntil(ctx: Ctx, isMeant: (list: RoomList) => boolean): Promise<RoomList> {
  return await vi.waitFor(
    async () => {
      const list = await ask(ctx);
      expect(isMeant(list)).toBe(true);
      return list;
    },
    { timeout: 30_000 },
  );
}
const isPersonal = ({ order }: RoomList) => order === "forYou";
const signedOut = (): Ctx => ({ ...callBy(harness.resources, randomUUID()), session: null });

it("somebody's own order has what they watch first, with the reason, and only theirs", async () => {
  for (const [crowd, room] of [
    [crowds[0], flute],
    [crowds[1], arcade],
  ] as const) {
    const list = await askUntil(callBy(harness.resources, crowd[0] ?? ""), isPersonal);
    expect(list.items[0]).toMatchObject({ roomId: room.roomId, reason: { kind: "return" } });
    expect(list.items.map(({ reason }) => reason?.kind ?? null)).toEqual(["return", null, null, null]);
  }
});

it("whoever asks in pages gets every room once", async () => {
  const ctx = callBy(harness.resources, crowds[0][1] ?? "");
  const whole = await askUntil(ctx, isPersonal);
  const pages: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(ctx, { limit: 3, cursor });
    pages.push(...page.items.map(({ roomId }) => roomId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(pages).toEqual(whole.items.map(({ roomId }) => roomId));
});

it("a new viewer has the fullest rooms first, and what they say they like as soon as they say it", async () => {
  const ctx = callBy(harness.resources, await openAnchor(harness.resources));
  const before = await askUntil(ctx, ({ ownOrder }) => ownOrder !== "away");
  expect(before).toMatchObject({ order: "viewers", ownOrder: "unknown" });
  expect(before.items.every(({ reason }) => reason === null)).toBe(true);
  await updateMyProfile(ctx, { tags: ["Noodles"] });
  const after = await askUntil(ctx, isPersonal);
  expect(after.items[0]).toMatchObject({ tags: ["noodles"], reason: { kind: "likes", tag: "noodles" } });
});

it("somebody new has what many of their region watch; a few are no region, but somebody", async () => {
  const near = callBy(harness.resources, await openAnchor(harness.resources));
  await updateMyProfile(near, { region: "CN-GD" });
  const list = await askUntil(near, isPersonal);
  expect(list.items[0]).toMatchObject({ roomId: arcade.roomId, reason: { kind: "region" } });
  const far = callBy(harness.resources, await openAnchor(harness.resources));
  await updateMyProfile(far, { region: "SG" });
  expect(await askUntil(far, ({ ownOrder }) => ownOrder !== "away")).toMatchObject({ ownOrder: "unknown" });
});

it("who does not want an order of their own has none, and has it again when they want it", async () => {
  const ctx = callBy(harness.resources, await openAnchor(harness.resources));
  await updateMyProfile(ctx, { tags: ["chess"] });
  await askUntil(ctx, isPersonal);
  await updateMyProfile(ctx, { plainLobby: true });
  const off = await askUntil(ctx, ({ ownOrder }) => ownOrder === "off");
  expect(off.order).toBe("viewers");
  expect(off.items.every(({ reason }) => reason === null)).toBe(true);
  await updateMyProfile(ctx, { plainLobby: false });
  await askUntil(ctx, isPersonal);
});

it("nobody signed out, no guest and no stranger learns what others watch", async () => {
  const popular = (await listRooms(signedOut(), { limit: 20, sort: "viewers" })).items;
  for (const ctx of [
    signedOut(),
    callBy(harness.resources, randomUUID(), "guest"),
    callBy(harness.resources, randomUUID()),
    callBy(harness.resources, flute.anchorId, "anchor"),
  ]) {
    const list = await ask(ctx);
    expect(list).toMatchObject({ order: "viewers", items: popular });
  }
});

it("the lobby is there while the finance database is not", async () => {
  const gone = openFinanceDb("postgres://nobody:x@127.0.0.1:9/none", { poolMax: 1, applicationName: "test" });
  try {
    const ctx = { ...callBy(harness.resources, crowds[0][0] ?? ""), finance: gone };
    const list = await ask(ctx);
    expect(list).toMatchObject({ order: "viewers", ownOrder: "away" });
    expect(list.items).toHaveLength(4);
  } finally {
    await gone.close();
  }
});
