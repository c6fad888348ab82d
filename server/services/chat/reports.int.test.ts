import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReportedMessages } from "@/domain/contracts/chat-reports";
import type { OpsAttention } from "@/domain/contracts/ops";
import type { ChatMessage } from "@/domain/contracts/room";
import { demoId, demoUserId } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { type ChatWorld, openChatWorld } from "../../testing/chat-world";
import type { WebHarness } from "../../testing/web-harness";

let world: ChatWorld;
let web: WebHarness;
let anchor: ApiClient;
let otherAnchor: ApiClient;
let operator: ApiClient;
let mod: ApiClient;
let mia: ApiClient;
let leo: ApiClient;
let guest: ApiClient;
const roomId = demoId("room:+8613900000001");
const anchorId = demoUserId("+8613900000001");
const modId = demoUserId("+8613800000003");
const miaId = demoUserId("+8613800000001");
const leoId = demoUserId("+8613800000002");

beforeAll(async () => {
  world = await openChatWorld();
  const { signIn } = world;
  web = world.processes[0];
  [anchor, otherAnchor, operator, mod, mia, leo] = await Promise.all([
    signIn("+8613900000001"),
    signIn("+8613900000002"),
    signIn("+8613700000001"),
    signIn("+8613800000003"),
    signIn("+8613800000001"),
    signIn("+8613800000002"),
  ]);
  guest = new ApiClient(web.url);
  await guest.signInAsGuest();
  await anchor.mutate("room.setModerator", { roomId, userId: modId, on: true });
});
afterAll(() => world?.close());

const say = async (who: ApiClient) => {
  const message = { messageId: randomUUID() as string, text: `words ${randomUUID()}` };
  expect((await who.mutate("chat.send", { roomId, ...message })).error).toBeUndefined();
  return message;
};
const report = (who: ApiClient, messageId: string, reason = "abuse") =>
  who.mutate("chat.report", { roomId, messageId, reason });
const reported = async (who: ApiClient, input: object = { roomId }) =>
  (await who.query<ReportedMessages>("chat.reports", input)).data.items;
const idsOf = async (who: ApiClient, input?: object) =>
  (await reported(who, input)).map(({ messageId }) => messageId);
const decide = (who: ApiClient, senderId: string, messageId: string, remove: boolean) =>
  who.mutate("chat.decideReport", { roomId, senderId, messageId, remove, reason: "seen" });
const nameOf = (answer: { error?: { name: string } }) => answer.error?.name ?? "done";

describe("reports", () => {
  it("of several people are one entry for the room's moderators and for operators, the same one's counts once", async () => {
    const { messageId, text } = await say(mia);
    for (const [who, reason] of [
      [leo, "spam"],
      [leo, "abuse"],
      [otherAnchor, "abuse"],
    ] as const) {
      expect(nameOf(await report(who, messageId, reason))).toBe("done");
    }
    for (const [who, input] of [
      [anchor, { roomId }],
      [mod, { roomId }],
      [operator, {}],
    ] as const) {
      const item = (await reported(who, input)).find((one) => one.messageId === messageId);
      expect(item).toMatchObject({ text, sender: { userId: miaId }, reports: 2, room: { roomId } });
      expect(new Set(item?.reasons)).toEqual(new Set(["spam", "abuse"]));
    }
    expect((await operator.query<OpsAttention>("ops.attention")).data.openReports).toBeGreaterThan(0);

    expect(nameOf(await decide(mod, miaId, messageId, true))).toBe("done");
    const history = (await leo.query<ChatMessage[]>("chat.history", { roomId, limit: 100 })).data;
    expect(history.map((message) => message.text)).not.toContain(text);
    for (const [who, input] of [
      [anchor, { roomId }],
      [operator, {}],
    ] as const) {
      expect(await idsOf(who, input)).not.toContain(messageId);
    }
    expect(nameOf(await report(leo, messageId))).toBe("NOT_FOUND");
  });

  it("that a room puts aside stay with the operators until one of them decides", async () => {
    const { messageId } = await say(mia);
    await report(leo, messageId);
    expect(nameOf(await decide(anchor, miaId, messageId, false))).toBe("done");
    expect(await idsOf(anchor)).not.toContain(messageId);
    expect(await idsOf(operator, {})).toContain(messageId);
    expect(nameOf(await decide(operator, miaId, messageId, false))).toBe("done");
    expect(await idsOf(operator, {})).not.toContain(messageId);
    // Somebody else reports it anew.
    await report(otherAnchor, messageId);
    expect(await idsOf(operator, {})).toContain(messageId);
  });

  it("of those who moderate go to who is above them", async () => {
    const [fromMod, fromAnchor] = [await say(mod), await say(anchor)];
    for (const { messageId } of [fromMod, fromAnchor]) await report(leo, messageId);
    expect(await idsOf(mod)).not.toContain(fromMod.messageId);
    expect(await idsOf(anchor)).toContain(fromMod.messageId);
    expect(await idsOf(anchor)).not.toContain(fromAnchor.messageId);
    expect(await idsOf(operator, {})).toEqual(
      expect.arrayContaining([fromMod.messageId, fromAnchor.messageId]),
    );
    expect(nameOf(await decide(mod, anchorId, fromAnchor.messageId, false))).toBe("FORBIDDEN");
    expect(nameOf(await decide(mod, modId, fromMod.messageId, false))).toBe("FORBIDDEN");
    expect(nameOf(await decide(operator, anchorId, fromAnchor.messageId, true))).toBe("done");
  });

  it("come from who has an account and may be in the room, about others, and are seen by nobody else", async () => {
    const { messageId } = await say(mia);
    expect(nameOf(await report(guest, messageId))).toBe("FORBIDDEN");
    expect(nameOf(await report(new ApiClient(web.url), messageId))).toBe("UNAUTHENTICATED");
    expect(nameOf(await report(mia, messageId))).toBe("FORBIDDEN");
    expect(nameOf(await report(leo, randomUUID()))).toBe("NOT_FOUND");
    await anchor.mutate("room.kick", { roomId, userId: leoId });
    expect(nameOf(await report(leo, messageId))).toBe("KICKED");
    await anchor.mutate("room.restore", { roomId, userId: leoId });
    for (const who of [leo, otherAnchor]) {
      expect(nameOf(await who.query("chat.reports", { roomId }))).toBe("FORBIDDEN");
      expect(nameOf(await decide(who, miaId, messageId, true))).toBe("FORBIDDEN");
    }
    for (const who of [anchor, mod]) expect(nameOf(await who.query("chat.reports", {}))).toBe("FORBIDDEN");
  });

  it("are listed page by page, what waits longest first", async () => {
    const said = [];
    for (let i = 0; i < 3; i += 1) said.push(await say(mia));
    for (const { messageId } of said) await report(otherAnchor, messageId);
    const all = await idsOf(operator, {});
    const paged: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const { data } = await operator.query<ReportedMessages>("chat.reports", { limit: 1, cursor });
      paged.push(...data.items.map(({ messageId }) => messageId));
      if (!data.nextCursor) break;
      cursor = data.nextCursor;
    }
    expect(paged).toEqual(all);
    expect(all.slice(-3)).toEqual(said.map(({ messageId }) => messageId));
  });
});

describe("the history backwards", () => {
  it("has every message once, in order, whatever was said or taken away meanwhile", async () => {
    const said: string[] = [];
    for (let i = 0; i < 25; i += 1) {
      const { messageId, text } = await say(i % 2 ? mia : leo);
      if (i % 5 === 3) await anchor.mutate("chat.delete", { roomId, messageId });
      else said.push(text);
    }
    const texts: string[] = [];
    let before: { before?: string; beforeId?: string } = {};
    for (;;) {
      const { data } = await leo.query<ChatMessage[]>("chat.history", { roomId, limit: 7, ...before });
      texts.unshift(...data.map(({ text }) => text));
      await say(mia);
      const [oldest] = data;
      if (data.length < 7 || !oldest) break;
      before = { before: oldest.at, beforeId: oldest.messageId };
    }
    const from = texts.indexOf(said[0] ?? "");
    expect(texts.slice(from)).toEqual(said);
    expect(new Set(texts).size).toBe(texts.length);
  });
});
