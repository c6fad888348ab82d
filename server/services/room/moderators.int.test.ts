import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RoomEvent, RoomEventsAfter } from "@/domain/contracts/events";
import type { RoomPeople } from "@/domain/contracts/moderation";
import type { ChatMessage, RoomDetail } from "@/domain/contracts/room";
import { finishBackground } from "@/platform/runtime/background";
import { demoId, demoUserId } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { type ChatWorld, openChatWorld } from "../../testing/chat-world";
import type { WebHarness } from "../../testing/web-harness";

let world: ChatWorld;
/** Two processes; the anchor is on the first, whom they let moderate on the second. */
let processes: [WebHarness, WebHarness];
let anchor: ApiClient;
let otherAnchor: ApiClient;
let operator: ApiClient;
let mod: ApiClient;
let mia: ApiClient;
let guest: ApiClient;
const roomId = demoId("room:+8613900000001");
const otherRoomId = demoId("room:+8613900000002");
const anchorId = demoUserId("+8613900000001");
const operatorId = demoUserId("+8613700000001");
const modId = demoUserId("+8613800000003");
const secondModId = demoUserId("+8613800000004");
const miaId = demoUserId("+8613800000001");

beforeAll(async () => {
  world = await openChatWorld(2);
  const { signIn } = world;
  processes = world.processes as [WebHarness, WebHarness];
  [anchor, otherAnchor, operator, mod, mia] = await Promise.all([
    signIn("+8613900000001", processes[0]),
    signIn("+8613900000002", processes[0]),
    signIn("+8613700000001", processes[1]),
    signIn("+8613800000003", processes[1]),
    signIn("+8613800000001", processes[1]),
  ]);
  guest = new ApiClient(processes[0].url);
  await guest.signInAsGuest();
});
afterAll(() => world?.close());
beforeEach(async () => {
  for (const userId of [miaId, modId]) {
    await operator.mutate("room.restore", { roomId, userId });
    await operator.mutate("room.unmute", { roomId, userId });
  }
  for (const userId of [modId, secondModId]) await appoint(userId, true);
  await set({ followersOnlyMinutes: null, linksAllowed: true, slowModeSeconds: 0, guestsMayChat: true });
});

const appoint = async (userId: string, on: boolean, who = anchor) => {
  const answer = await who.mutate("room.setModerator", { roomId, userId, on });
  if (!answer.error) {
    for (const harness of processes) {
      const client = new ApiClient(harness.url);
      await expect
        .poll(async () =>
          (await client.query<RoomDetail>("room.get", { roomId })).data.moderatorIds.includes(userId),
        )
        .toBe(on);
    }
  }
  return answer;
};
const set = async (changes: object) => {
  const { data } = await anchor.mutate<object>("room.updateSettings", { roomId, ...changes });
  for (const harness of processes) {
    const client = new ApiClient(harness.url);
    await expect
      .poll(async () => (await client.query<RoomDetail>("room.get", { roomId })).data.settings)
      .toMatchObject(data);
  }
};
const say = async (who: ApiClient, text = `words ${randomUUID()}`) => {
  const messageId: string = randomUUID();
  const { error } = await who.mutate("chat.send", { roomId, messageId, text });
  return { messageId, text, error };
};
const texts = async (who: ApiClient) =>
  (await who.query<ChatMessage[]>("chat.history", { roomId, limit: 100 })).data.map(({ text }) => text);
const latestSeq = async () => (await anchor.query<RoomDetail>("room.get", { roomId })).data.latestSeq;
const eventsAfter = async (seq: number): Promise<RoomEvent[]> => {
  await finishBackground();
  return (await anchor.query<RoomEventsAfter>("room.eventsAfter", { roomId, seq })).data.events;
};
const nameOf = (answer: { error?: { name: string } }) => answer.error?.name ?? "done";
const remove = (who: ApiClient, senderId: string, messageId: string) =>
  who.mutate("chat.remove", { roomId, senderId, messageId });
const restore = (who: ApiClient, senderId: string, messageId: string) =>
  who.mutate("chat.restore", { roomId, senderId, messageId });

describe("whom the anchor lets moderate", () => {
  it("may do about viewers and guests what the anchor may, and the room hears of it in one order", async () => {
    const seq = await latestSeq();
    const { messageId } = await say(mia);
    expect(nameOf(await remove(mod, miaId, messageId))).toBe("done");
    expect(nameOf(await mod.mutate("chat.hide", { roomId, userId: miaId }))).toBe("done");
    expect(nameOf(await mod.mutate("room.mute", { roomId, userId: miaId, minutes: 5 }))).toBe("done");
    expect((await say(mia)).error?.name).toBe("MUTED");
    expect(nameOf(await mod.mutate("room.unmute", { roomId, userId: miaId }))).toBe("done");
    expect(nameOf(await mod.mutate("room.kick", { roomId, userId: miaId }))).toBe("done");
    expect((await say(mia)).error?.name).toBe("KICKED");
    expect(nameOf(await mod.mutate("room.restore", { roomId, userId: miaId }))).toBe("done");
    expect(nameOf(await mod.query("room.restricted", { roomId }))).toBe("done");
    const events = await eventsAfter(seq);
    // Its words are in none of them, and who did it is in none.
    expect(events.map(({ event }) => event)).toEqual([
      "chat.removed",
      "chat.removed",
      "chat.hidden",
      "viewer.muted",
      "viewer.unmuted",
      "viewer.kicked",
      "viewer.restored",
    ]);
    expect(JSON.stringify(events)).not.toContain(modId);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => seq + 1 + i));
  });

  it("may do nothing about the anchor, an operator, or each other", async () => {
    const said = await Promise.all([say(anchor), say(operator)]);
    for (const [i, userId] of [anchorId, operatorId].entries()) {
      expect(nameOf(await remove(mod, userId, said[i]?.messageId ?? ""))).toBe("FORBIDDEN");
    }
    for (const userId of [anchorId, operatorId, secondModId, modId]) {
      expect(nameOf(await mod.mutate("room.kick", { roomId, userId }))).toBe("FORBIDDEN");
      expect(nameOf(await mod.mutate("room.mute", { roomId, userId, minutes: 1 }))).toBe("FORBIDDEN");
      expect(nameOf(await mod.mutate("chat.hide", { roomId, userId }))).toBe("FORBIDDEN");
    }
    expect(nameOf(await mod.mutate("room.setModerator", { roomId, userId: miaId, on: true }))).toBe(
      "FORBIDDEN",
    );
    expect(nameOf(await mod.mutate("room.updateSettings", { roomId, slowModeSeconds: 5 }))).toBe("FORBIDDEN");
  });

  it("do not overrule what the anchor or an operator imposed, neither undoing nor shortening it", async () => {
    for (const above of [anchor, operator]) {
      await above.mutate("room.kick", { roomId, userId: miaId });
      expect(nameOf(await mod.mutate("room.restore", { roomId, userId: miaId }))).toBe("FORBIDDEN");
      expect(nameOf(await mod.mutate("room.kick", { roomId, userId: miaId, minutes: 1 }))).toBe("FORBIDDEN");
      expect((await say(mia)).error?.name).toBe("KICKED");
      await above.mutate("room.restore", { roomId, userId: miaId });
    }
    await mod.mutate("room.kick", { roomId, userId: miaId });
    expect(nameOf(await anchor.mutate("room.restore", { roomId, userId: miaId }))).toBe("done");
  });

  it("are so in one room only, and no longer than the anchor wants or they are let in", async () => {
    const elsewhere = { roomId: otherRoomId, userId: miaId };
    expect(nameOf(await mod.mutate("room.kick", elsewhere))).toBe("FORBIDDEN");
    expect(nameOf(await mod.query("room.people", { roomId: otherRoomId }))).toBe("FORBIDDEN");
    expect(nameOf(await mod.query("chat.held", { roomId: otherRoomId }))).toBe("FORBIDDEN");

    await anchor.mutate("room.kick", { roomId, userId: modId });
    expect(["FORBIDDEN", "KICKED"]).toContain(
      nameOf(await mod.mutate("room.kick", { roomId, userId: miaId })),
    );
    await anchor.mutate("room.restore", { roomId, userId: modId });

    const seq = await latestSeq();
    await appoint(modId, false);
    expect(nameOf(await mod.mutate("room.kick", { roomId, userId: miaId }))).toBe("FORBIDDEN");
    expect(nameOf(await mod.query("room.restricted", { roomId }))).toBe("FORBIDDEN");
    expect(await eventsAfter(seq)).toMatchObject([{ event: "room.moderator", userId: modId, on: false }]);
  });

  it("are appointed by the room's anchor alone, with an account, and not the anchor or an operator", async () => {
    for (const who of [mia, guest, otherAnchor, operator]) {
      const { error } = await who.mutate("room.setModerator", { roomId, userId: miaId, on: true });
      expect(["FORBIDDEN", "NOT_FOUND"]).toContain(error?.name);
    }
    const { data: me } = await guest.query<{ userId: string }>("session.me");
    for (const userId of [me.userId, anchorId, operatorId]) {
      expect(nameOf(await anchor.mutate("room.setModerator", { roomId, userId, on: true }))).toBe(
        "FORBIDDEN",
      );
    }
    expect(nameOf(await anchor.mutate("room.setModerator", { roomId, userId: randomUUID(), on: true }))).toBe(
      "NOT_FOUND",
    );
  });

  it("chat without slow mode, followers only and links off, like the anchor", async () => {
    await set({ slowModeSeconds: 300, followersOnlyMinutes: 10, linksAllowed: false });
    for (const who of [mod, anchor]) {
      for (let i = 0; i < 2; i += 1) expect((await say(who, `see example.com ${i}`)).error).toBeUndefined();
    }
  });
});

describe("a deletion that is undone", () => {
  it("puts the message back where it stood, live, in the history and in a replay", async () => {
    const seq = await latestSeq();
    const first = await say(mia);
    const second = await say(mia);
    await remove(mod, miaId, first.messageId);
    expect(await texts(anchor)).not.toContain(first.text);
    for (let i = 0; i < 2; i += 1) expect(nameOf(await restore(mod, miaId, first.messageId))).toBe("done");
    expect((await texts(anchor)).slice(-2)).toEqual([first.text, second.text]);
    const events = await eventsAfter(seq);
    expect(events.map(({ event }) => event)).toEqual([
      "chat.message",
      "chat.message",
      "chat.removed",
      "chat.restored",
      "chat.restored",
    ]);

    await remove(mod, miaId, first.messageId);
    const again = await eventsAfter(seq);
    expect(JSON.stringify(again)).not.toContain(first.text);
    expect(await texts(anchor)).not.toContain(first.text);
  });

  it("is undone by who deleted it, and by nobody else, nor once all words of its author are hidden", async () => {
    const { messageId, text } = await say(mia);
    await remove(mod, miaId, messageId);
    expect(nameOf(await restore(anchor, miaId, messageId))).toBe("UNDO_TOO_LATE");
    for (const who of [mia, guest, otherAnchor]) {
      expect(nameOf(await restore(who, miaId, messageId))).toBe("FORBIDDEN");
    }
    await anchor.mutate("chat.hide", { roomId, userId: miaId });
    expect(nameOf(await restore(mod, miaId, messageId))).toBe("UNDO_TOO_LATE");
    expect(await texts(anchor)).not.toContain(text);
    expect(nameOf(await restore(mod, miaId, randomUUID()))).toBe("NOT_FOUND");
  });

  it("A message is deleted by its id alone: one's own, or as a moderator the first of that id", async () => {
    const { messageId, text } = await say(mia);
    expect(nameOf(await otherAnchor.mutate("chat.delete", { roomId, messageId }))).toBe("FORBIDDEN");
    // Somebody repeats the id, which is theirs to choose.
    await otherAnchor.mutate("chat.send", { roomId, messageId, text: "copied" });
    expect(nameOf(await mod.mutate("chat.delete", { roomId, messageId }))).toBe("done");
    expect(await texts(anchor)).not.toContain(text);
    expect(await texts(anchor)).toContain("copied");
    expect(nameOf(await otherAnchor.mutate("chat.delete", { roomId, messageId }))).toBe("done");
    expect(await texts(anchor)).not.toContain("copied");
    expect(nameOf(await mod.mutate("chat.delete", { roomId, messageId: randomUUID() }))).toBe("NOT_FOUND");
  });
});

describe("who may chat", () => {
  it("Where only followers may, others and guests are told so, and who follows has to have done so long enough", async () => {
    await mia.mutate("follow.set", { anchorId, following: false });
    await set({ followersOnlyMinutes: 0 });
    expect((await say(mia)).error).toMatchObject({ name: "FOLLOWERS_ONLY", details: { minutes: 0 } });
    expect((await say(guest)).error?.name).toBe("FOLLOWERS_ONLY");
    await mia.mutate("follow.set", { anchorId, following: true });
    expect((await say(mia)).error).toBeUndefined();
    await set({ followersOnlyMinutes: 10 });
    const { error } = await say(mia);
    expect(error).toMatchObject({ name: "FOLLOWERS_ONLY", details: { minutes: 10 } });
    expect(error?.details?.retryAfterMs).toBeGreaterThan(9 * 60_000);
    await mod.mutate("room.mute", { roomId, userId: miaId, minutes: 5 });
    expect((await say(mia)).error?.name).toBe("MUTED");
  });

  it("Where links are off, a message with one is refused, however it is written", async () => {
    await set({ linksAllowed: false });
    for (const text of ["https://example.com", "ｅｘａｍｐｌｅ．ｃｏｍ", "t.me/free"]) {
      expect((await say(mia, text)).error).toMatchObject({
        name: "CHAT_REJECTED",
        details: { reason: "links" },
      });
    }
    expect((await say(mia, "version 2.0 is out")).error).toBeUndefined();
  });
});

describe("who is in the room", () => {
  it("is listed by name for who moderates it, with a search, in pages, and guests are counted", async () => {
    const here = async (visitorId: string, isGuest: boolean) =>
      processes[0].resources.live.sql`
        INSERT INTO room_presence (room_id, visitor_id, is_guest, part, since)
        VALUES (${roomId}, ${visitorId}, ${isGuest}, 0, now()) ON CONFLICT DO NOTHING`;
    for (const userId of [miaId, modId, secondModId]) await here(userId, false);
    await here(randomUUID(), true);
    const list = async (input: object = {}) =>
      (await mod.query<RoomPeople>("room.people", { roomId, ...input })).data;
    const all = await list();
    expect(all.guests).toBe(1);
    expect(new Set(all.items.map(({ userId }) => userId))).toEqual(new Set([miaId, modId, secondModId]));
    expect(all.items.filter(({ isModerator }) => isModerator)).toHaveLength(2);
    const names = all.items.map(({ nickname }) => nickname);
    const paged: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await list({ limit: 1, cursor });
      paged.push(...page.items.map(({ nickname }) => nickname));
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(names);
    const found = await list({ text: names[0]?.slice(0, 3).toLowerCase() });
    expect(found.items.map(({ nickname }) => nickname)).toContain(names[0]);
    expect((await list({ text: "%" })).items).toEqual([]);
    for (const who of [mia, otherAnchor, guest]) {
      expect(nameOf(await who.query("room.people", { roomId }))).toBe("FORBIDDEN");
    }
  });
});
