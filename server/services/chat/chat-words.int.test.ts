import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChatWordsView, TriedWords } from "@/domain/contracts/chat-words";
import type { RoomEvent, RoomEventsAfter } from "@/domain/contracts/events";
import type { ChatMessage, RoomDetail, SentMessage } from "@/domain/contracts/room";
import { finishBackground } from "@/platform/runtime/background";
import { demoId, demoUserId } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { type ChatWorld, openChatWorld } from "../../testing/chat-world";
import type { WebHarness } from "../../testing/web-harness";

let world: ChatWorld;
let web: WebHarness;
let anchor: ApiClient;
let otherAnchor: ApiClient;
let operator: ApiClient;
let mia: ApiClient;
let leo: ApiClient;
const roomId = demoId("room:+8613900000001");
const otherRoomId = demoId("room:+8613900000002");
const miaId = demoUserId("+8613800000001");

beforeAll(async () => {
  world = await openChatWorld();
  const { signIn } = world;
  web = world.processes[0];
  [anchor, otherAnchor, operator, mia, leo] = (await Promise.all(
    ["+8613900000001", "+8613900000002", "+8613700000001", "+8613800000001", "+8613800000002"].map((phone) =>
      signIn(phone),
    ),
  )) as [ApiClient, ApiClient, ApiClient, ApiClient, ApiClient];
  await setWords({
    refuse: ["blorp"],
    author: ["snarf*"],
    hold: ["加微信", "grumble"],
    allow: ["blorp fish"],
  });
});
afterAll(() => world?.close());
beforeEach(finishBackground);

const setWords = (words: Partial<ChatWordsView>) =>
  operator.mutate<ChatWordsView>("chat.setWords", {
    usesStarter: true,
    refuse: [],
    author: [],
    hold: [],
    allow: [],
    ...words,
    reason: "evening",
  });
const say = async (who: ApiClient, text: string, messageId: string = randomUUID()) => ({
  messageId,
  ...(await who.mutate<SentMessage>("chat.send", { roomId, messageId, text })),
});
const textsFor = async (who: ApiClient) =>
  (await who.query<ChatMessage[]>("chat.history", { roomId, limit: 100 })).data.map(({ text }) => text);
const latestSeq = async () => (await anchor.query<RoomDetail>("room.get", { roomId })).data.latestSeq;
const eventsAfter = async (seq: number): Promise<RoomEvent[]> => {
  await finishBackground();
  return (await anchor.query<RoomEventsAfter>("room.eventsAfter", { roomId, seq })).data.events;
};
const heldTexts = async (who = anchor) =>
  (await who.query<ChatMessage[]>("chat.held", { roomId })).data.map(({ text }) => text);
const decide = (who: ApiClient, messageId: string, show: boolean) =>
  who.mutate("chat.decideHeld", { roomId, senderId: miaId, messageId, show });

describe("words that are refused", () => {
  it("are told to their author, whoever it is, and nothing is stored or heard", async () => {
    const seq = await latestSeq();
    for (const who of [mia, anchor, operator]) {
      const { error } = await say(who, "such a B.L.O.R.P today");
      expect(error).toMatchObject({
        name: "CHAT_REJECTED",
        details: { reason: "words", words: "B.L.O.R.P" },
      });
    }
    expect((await say(mia, "a blorp fish")).error).toBeUndefined();
    expect(await textsFor(operator)).not.toContain("such a B.L.O.R.P today");
    expect((await eventsAfter(seq)).map(({ event }) => event)).toEqual(["chat.message"]);
  });
});

describe("words that only their author sees", () => {
  it("are in the author's history and nowhere else, and the answer does not give it away", async () => {
    const seq = await latestSeq();
    const text = `snarfing ${randomUUID()}`;
    const sent = await say(mia, text);
    expect(sent.data).toEqual({ messageId: sent.messageId });
    expect((await say(mia, text, sent.messageId)).data).toEqual({ messageId: sent.messageId });
    expect(await eventsAfter(seq)).toEqual([]);
    expect(await textsFor(mia)).toContain(text);
    for (const who of [leo, anchor, operator, new ApiClient(web.url)]) {
      expect(await textsFor(who)).not.toContain(text);
    }
    expect(await heldTexts()).not.toContain(text);
    expect((await decide(anchor, sent.messageId, true)).error?.name).toBe("NOT_FOUND");
  });

  it("are everybody's when a moderator says them", async () => {
    const text = `snarf ${randomUUID()}`;
    await say(anchor, text);
    expect(await textsFor(leo)).toContain(text);
  });
});

describe("words that wait for a moderator", () => {
  it("are heard once, in the order of their showing, when the anchor shows them", async () => {
    const text = `加★微★信 ${randomUUID()}`;
    const sent = await say(mia, text);
    expect(sent.data).toEqual({ messageId: sent.messageId, isHeld: true });
    expect(await textsFor(leo)).not.toContain(text);
    expect(await textsFor(mia)).toContain(text);
    expect(await heldTexts()).toContain(text);

    const later = `later ${randomUUID()}`;
    await say(leo, later);
    const seq = await latestSeq();
    for (let i = 0; i < 2; i += 1) expect((await decide(anchor, sent.messageId, true)).error).toBeUndefined();
    const heard = (await eventsAfter(seq)).filter(({ event }) => event === "chat.message");
    expect(heard).toMatchObject([{ messageId: sent.messageId, text }]);
    const texts = await textsFor(leo);
    expect(texts.slice(-2)).toEqual([later, text]);
    expect(await heldTexts()).not.toContain(text);
    expect((await decide(anchor, sent.messageId, false)).error?.name).toBe("NOT_FOUND");
    expect((await say(mia, text, sent.messageId)).data).toEqual({ messageId: sent.messageId });
    expect((await eventsAfter(seq)).filter(({ event }) => event === "chat.message")).toHaveLength(1);
  });

  it("are nowhere when the anchor deletes them, nor can they be shown after that", async () => {
    const text = `grumble ${randomUUID()}`;
    const sent = await say(mia, text);
    for (let i = 0; i < 2; i += 1)
      expect((await decide(anchor, sent.messageId, false)).error).toBeUndefined();
    expect((await decide(anchor, sent.messageId, true)).error?.name).toBe("NOT_FOUND");
    for (const who of [mia, leo, anchor]) expect(await textsFor(who)).not.toContain(text);
    expect(await heldTexts()).not.toContain(text);
  });

  it("go with all other words of their author", async () => {
    const sent = await say(mia, `grumble ${randomUUID()}`);
    await anchor.mutate("chat.hide", { roomId, userId: miaId });
    expect(await heldTexts()).toEqual([]);
    expect((await decide(anchor, sent.messageId, true)).error?.name).toBe("NOT_FOUND");
  });

  it("are shown and decided about by who moderates the room, and nobody else", async () => {
    const sent = await say(mia, `grumble ${randomUUID()}`);
    for (const who of [mia, leo, otherAnchor]) {
      expect((await who.query("chat.held", { roomId })).error?.name).toBe("FORBIDDEN");
      expect((await decide(who, sent.messageId, true)).error?.name).toBe("FORBIDDEN");
    }
    const elsewhere = { roomId: otherRoomId, senderId: miaId, messageId: sent.messageId, show: true };
    expect((await otherAnchor.mutate("chat.decideHeld", elsewhere)).error?.name).toBe("NOT_FOUND");
    expect((await decide(operator, sent.messageId, true)).error).toBeUndefined();
  });
});

describe("the lists", () => {
  it("are changed with a reason and hold at once in this process; a word too short to look for is refused", async () => {
    const short = await setWords({ refuse: ["x*"] });
    expect(short.error).toMatchObject({ name: "INVALID_INPUT", details: { field: "refuse", word: "x*" } });
    const before = (await operator.query<ChatWordsView>("chat.words")).data;
    await setWords({ ...before, refuse: [...before.refuse, "wibble"] });
    expect((await say(mia, "w i b b l e")).error?.name).toBe("CHAT_REJECTED");
    const tried = await operator.query<TriedWords>("chat.tryWords", { text: "a Wibble, well" });
    expect(tried.data).toEqual({ action: "refuse", words: "Wibble" });
    await setWords(before);
    expect((await say(mia, "wibble")).error).toBeUndefined();
  });

  it("are for operators alone", async () => {
    for (const who of [anchor, mia]) {
      expect((await who.query("chat.words")).error?.name).toBe("FORBIDDEN");
      const change = { usesStarter: false, refuse: [], author: [], hold: [], allow: [], reason: "r" };
      expect((await who.mutate("chat.setWords", change)).error?.name).toBe("FORBIDDEN");
    }
  });
});
