import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FoundRemovedMessages } from "@/domain/contracts/removed-chat";
import { demoId, demoUserId } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { type ChatWorld, openChatWorld } from "../../testing/chat-world";
import type { WebHarness } from "../../testing/web-harness";

let world: ChatWorld;
let harness: WebHarness;
let anchor: ApiClient;
let operator: ApiClient;
let mia: ApiClient;
let leo: ApiClient;
const [roomId, otherRoomId] = [demoId("room:+8613900000001"), demoId("room:+8613900000002")];
const [miaId, leoId] = [demoUserId("+8613800000001"), demoUserId("+8613800000002")];
const [anchorId, operatorId] = [demoUserId("+8613900000001"), demoUserId("+8613700000001")];

beforeAll(async () => {
  world = await openChatWorld();
  const { signIn } = world;
  harness = world.processes[0];
  [anchor, operator, mia, leo] = await Promise.all([
    signIn("+8613900000001"),
    signIn("+8613700000001"),
    signIn("+8613800000001"),
    signIn("+8613800000002"),
  ]);
});
afterAll(() => world?.close());

const say = async (client: ApiClient, text: string, room = roomId) => {
  const messageId = randomUUID();
  expect((await client.mutate("chat.send", { roomId: room, messageId, text })).error).toBeUndefined();
  return messageId;
};
const search = async (input: object = {}) =>
  (await operator.query<FoundRemovedMessages>("chat.searchRemoved", input)).data;
const wordsOf = ({ items }: FoundRemovedMessages) => items.map(({ text }) => text);

it("operators see what was taken away, whose it was, by whom and why, the latest first; nobody else does", async () => {
  expect(await search()).toMatchObject({ items: [], nextCursor: null });
  const own = await say(leo, "never mind");
  const rude = await say(mia, "rude words", otherRoomId);
  const spam = await say(mia, "spam");
  await say(leo, "stays");
  await leo.mutate("chat.remove", { roomId, senderId: leoId, messageId: own });
  await anchor.mutate("chat.remove", { roomId, senderId: miaId, messageId: spam, reason: "spam" });
  await operator.mutate("chat.remove", {
    roomId: otherRoomId,
    senderId: miaId,
    messageId: rude,
    reason: "against the rules",
  });
  const all = await search();
  expect(all.items).toMatchObject([
    {
      text: "rude words",
      sender: { userId: miaId },
      room: { roomId: otherRoomId },
      removedBy: operatorId,
      removedByName: expect.any(String),
      reason: "against the rules",
    },
    {
      text: "spam",
      sender: { userId: miaId },
      room: { roomId, anchor: { userId: anchorId } },
      removedBy: anchorId,
      reason: "spam",
    },
    { text: "never mind", sender: { userId: leoId }, removedBy: leoId, reason: null },
  ]);
  for (const client of [mia, anchor, new ApiClient(harness.url)])
    expect((await client.query("chat.searchRemoved", {})).error?.name).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
});

it("by whose they were and where, in every way that people are named", async () => {
  const [first] = (await search()).items;
  const { nickname } = first?.sender ?? { nickname: "" };
  for (const person of [miaId, "+86 138 0000 0001", nickname.slice(0, 3).toLowerCase()]) {
    expect(wordsOf(await search({ person }))).toEqual(["rude words", "spam"]);
  }
  const title = first?.room.title ?? "";
  for (const room of [otherRoomId, title.slice(2), first?.room.anchor.userId]) {
    expect(wordsOf(await search({ room }))).toEqual(["rude words"]);
  }
  expect(wordsOf(await search({ person: miaId, room: roomId }))).toEqual(["spam"]);
  expect(await search({ person: "nobody is called this" })).toMatchObject({
    items: [],
    people: { people: [] },
  });
});

it("all words of somebody that went in one instant are read page by page, each once", async () => {
  for (let n = 0; n < 7; n++) await say(leo, `hidden ${n}`);
  await anchor.mutate("chat.hide", { roomId, userId: leoId, reason: "enough" });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await search({ person: leoId, limit: 3, cursor });
    expect(page.items.length).toBeLessThanOrEqual(3);
    seen.push(...page.items.map(({ messageId }) => messageId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  // "stays" went with them; "never mind" had gone before.
  expect(new Set(seen).size).toBe(9);
  expect(seen).toHaveLength(9);
  expect((await operator.query("chat.searchRemoved", { cursor: "bm9uZQ" })).error?.name).toBe(
    "INVALID_INPUT",
  );
});
