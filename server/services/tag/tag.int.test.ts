import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TagItem } from "@/domain/contracts/tag";
import { callBy, type MoneyHarness, openAnchor, startMoneyHarness } from "@/server/testing/money-harness";
import { getMyProfile, updateMyProfile } from "../profile/my-profile";
import { listRooms } from "../room/list-rooms";
import { openRoom } from "../room/open-room";
import { listAllTags, mergeTag, updateTag } from "./manage-tags";
import { findTags } from "./search-tags";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const word = (start: string) => `${start} ${randomUUID().slice(0, 8)}`;
const operator = () => callBy(harness.resources, randomUUID(), "operator");

async function openRoomWith(tags: string[]) {
  const userId = await openAnchor(harness.resources);
  const ctx = callBy(harness.resources, userId, "anchor");
  const { roomId } = await openRoom(ctx, { title: "A room", category: "talk", tags });
  return { ctx, roomId };
}

async function roomsTagged(tag: string): Promise<Map<string, string[]>> {
  const { items } = await listRooms(operator(), { tag, limit: 50, sort: "viewers" });
  return new Map(items.map(({ roomId, tags }) => [roomId, tags]));
}

async function tagCalled(text: string): Promise<TagItem | undefined> {
  const { items } = await listAllTags(operator(), { text, limit: 20 });
  return items[0];
}

async function personWith(tags: string[]) {
  const ctx = callBy(harness.resources, await openAnchor(harness.resources));
  return { ctx, profile: await updateMyProfile(ctx, { tags }) };
}

it("rooms are found by a tag in any spelling, and two spellings are one tag", async () => {
  const tag = word("Late Night");
  const { roomId } = await openRoomWith([tag, tag.toUpperCase(), ` #${tag.replaceAll(" ", "_")} `]);
  for (const spelling of [tag, tag.toLowerCase(), `#${tag.replaceAll(" ", "-")}`]) {
    expect((await roomsTagged(spelling)).get(roomId)).toEqual([tag]);
  }
  expect((await roomsTagged(word("unheard"))).size).toBe(0);
  expect((await findTags(operator(), { text: tag.slice(0, 14) })).items).toContainEqual({
    slug: tag.toLowerCase().replaceAll(" ", "-"),
    label: tag,
  });
});

it("people who write the same new tag at once make one", async () => {
  const tag = word("Together");
  const profiles = await Promise.all([1, 2, 3, 4].map(() => personWith([tag])));
  for (const { profile } of profiles) expect(profile.tags).toEqual([tag]);
  expect(await tagCalled(tag)).toMatchObject({ label: tag, people: 4 });
});

it("own tags keep their order, and what is left out is gone", async () => {
  const [a, b, c] = [word("a"), word("b"), word("c")];
  const { ctx } = await personWith([a, b, c]);
  expect((await updateMyProfile(ctx, { tags: [c, a] })).tags).toEqual([c, a]);
  expect((await updateMyProfile(ctx, { gender: "other" })).tags).toEqual([c, a]);
  expect((await getMyProfile(ctx)).tags).toEqual([c, a]);
  expect((await updateMyProfile(ctx, { tags: [] })).tags).toEqual([]);
});

it("a merged tag leads to the other, for rooms, people and whoever writes it again", async () => {
  const [from, into] = [word("Tee"), word("Brew")];
  const both = await openRoomWith([from, into]);
  const one = await openRoomWith([from]);
  const { ctx } = await personWith([from]);
  await mergeTag(operator(), { fromTag: from, intoTag: into, reason: "the same" });
  for (const spelling of [from, into]) {
    const found = await roomsTagged(spelling);
    expect(found.get(both.roomId)).toEqual([into]);
    expect(found.get(one.roomId)).toEqual([into]);
  }
  expect((await getMyProfile(ctx)).tags).toEqual([into]);
  expect((await personWith([from])).profile.tags).toEqual([into]);
  expect(await tagCalled(from)).toMatchObject({ label: into, rooms: 2, people: 2 });
  await expect(mergeTag(operator(), { fromTag: from, intoTag: into, reason: "again" })).rejects.toMatchObject(
    { details: { field: "intoTag" } },
  );
});

it("what was merged once goes along when the other is merged", async () => {
  const [a, b, c] = [word("a"), word("b"), word("c")];
  const { roomId } = await openRoomWith([a]);
  await personWith([b, c]);
  await mergeTag(operator(), { fromTag: a, intoTag: b, reason: "r" });
  await mergeTag(operator(), { fromTag: b, intoTag: c, reason: "r" });
  expect((await roomsTagged(a)).get(roomId)).toEqual([c]);
});

it("two merges that go against each other make no circle", async () => {
  const [a, b] = [word("a"), word("b")];
  await personWith([a, b]);
  const outcomes = await Promise.allSettled([
    mergeTag(operator(), { fromTag: a, intoTag: b, reason: "r" }),
    mergeTag(operator(), { fromTag: b, intoTag: a, reason: "r" }),
  ]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

it("a renamed tag is found by both spellings, shows the new one, and can have the old one back", async () => {
  const [before, after] = [word("Befor"), word("Before")];
  const { roomId } = await openRoomWith([before]);
  await updateTag(operator(), { tag: before, label: after, reason: "spelling" });
  for (const spelling of [before, after]) expect((await roomsTagged(spelling)).get(roomId)).toEqual([after]);
  await updateTag(operator(), { tag: after, label: before, kind: "mood", reason: "it was right" });
  for (const spelling of [before, after]) expect((await roomsTagged(spelling)).get(roomId)).toEqual([before]);
  expect(await tagCalled(before)).toMatchObject({
    kind: "mood",
    aliases: [after.toLowerCase().replace(" ", "-")],
  });
});

it("no tag takes the name of another, and nothing is no name", async () => {
  const [a, b] = [word("a"), word("b")];
  await personWith([a, b]);
  for (const label of [b, "#"]) {
    await expect(updateTag(operator(), { tag: a, label, reason: "r" })).rejects.toMatchObject({
      details: { field: "label" },
    });
  }
});

it("what operators do to tags is written down with their reason", async () => {
  const [a, b] = [word("a"), word("b")];
  await personWith([a, b]);
  const tag = await tagCalled(a);
  const ctx = operator();
  await updateTag(ctx, { tag: a, kind: "k", reason: "sorted" });
  await mergeTag(ctx, { fromTag: a, intoTag: b, reason: "twins" });
  const rows = await harness.resources.live.sql`
    SELECT action, reason, actor_id FROM operator_actions WHERE subject = ${`tag:${tag?.tagId}`} ORDER BY id`;
  expect(rows).toEqual([
    { action: "tag.update", reason: "sorted", actor_id: ctx.session.userId },
    { action: "tag.merge", reason: "twins", actor_id: ctx.session.userId },
  ]);
});
