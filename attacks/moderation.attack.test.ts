import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { RoomEventsAfter } from "@/domain/contracts/events";
import type { ChatMessage, RoomDetail } from "@/domain/contracts/room";
import type { ApiClient } from "@/testkit/api-client";
import { newPerson, newVisitor, type Person } from "./lib/attacker";

const ANCHOR = "+8613900000001";
const OTHER_ANCHOR = "+8613900000002";

let anchor: Person;
let otherAnchor: Person;
/** Moderates the other anchor's room, and nothing here. */
let otherModerator: Person;
let moderator: Person;
let author: Person;
let guest: ApiClient;
let roomId: string;
let otherRoomId: string;

beforeAll(async () => {
  [anchor, otherAnchor, otherModerator, moderator, author] = await Promise.all([
    newPerson(ANCHOR),
    newPerson(OTHER_ANCHOR),
    newPerson(),
    newPerson(),
    newPerson(),
  ]);
  guest = newVisitor();
  await guest.signInAsGuest();
  const roomOf = async ({ client }: Person) =>
    (await client.query<{ roomId: string }>("room.mine")).data.roomId;
  [roomId, otherRoomId] = await Promise.all([roomOf(anchor), roomOf(otherAnchor)]);
  await anchor.client.mutateUntilTaken("room.setModerator", { roomId, userId: moderator.userId, on: true });
  await otherAnchor.client.mutateUntilTaken("room.setModerator", {
    roomId: otherRoomId,
    userId: otherModerator.userId,
    on: true,
  });
});

const say = async (person: Person, text = `words ${randomUUID()}`) => {
  const messageId: string = randomUUID();
  const { error } = await person.client.mutateUntilTaken("chat.send", { roomId, messageId, text });
  return { messageId, text, error };
};
const textsFor = async (client: ApiClient) =>
  (await client.query<ChatMessage[]>("chat.history", { roomId, limit: 100 })).data.map(({ text }) => text);
const strangers = () => [author.client, otherAnchor.client, otherModerator.client, guest];
const refusalsOf = async (client: ApiClient, calls: readonly [string, object][]) =>
  await Promise.all(
    calls.map(async ([path, input]) => [path, (await client.mutateUntilTaken(path, input)).error?.name]),
  );

describe("moderating a room", () => {
  it("is refused to everybody whom its anchor does not let, whatever they are elsewhere", async () => {
    const { messageId, text } = await say(anchor);
    const about = { roomId, userId: moderator.userId };
    const message = { roomId, senderId: anchor.userId, messageId };
    const calls: [string, object][] = [
      ["room.kick", about],
      ["room.mute", { ...about, minutes: 5 }],
      ["room.restore", about],
      ["room.unmute", about],
      ["chat.hide", about],
      ["chat.remove", message],
      ["chat.delete", { roomId, messageId }],
      ["chat.restore", message],
      ["chat.decideHeld", { ...message, show: true }],
      ["chat.decideReport", { ...message, remove: true }],
    ];
    for (const client of strangers()) {
      const refusals = await refusalsOf(client, calls);
      expect(refusals).toEqual(calls.map(([path]) => [path, "FORBIDDEN"]));
      for (const path of ["room.people", "room.restricted", "chat.held", "chat.reports"]) {
        expect((await client.query(path, { roomId })).error?.name).toBe("FORBIDDEN");
      }
    }
    expect(await textsFor(author.client)).toContain(text);
  });

  it("gives no right over those above, over the room itself, or to let others moderate", async () => {
    const { messageId } = await say(anchor);
    const { client, userId } = moderator;
    const refusals = await refusalsOf(client, [
      ["chat.remove", { roomId, senderId: anchor.userId, messageId }],
      ["chat.hide", { roomId, userId: anchor.userId }],
      ["room.kick", { roomId, userId: anchor.userId }],
      ["room.setModerator", { roomId, userId: author.userId, on: true }],
      ["room.setModerator", { roomId: otherRoomId, userId, on: true }],
      ["room.updateSettings", { roomId, slowModeSeconds: 300 }],
      ["room.close", { roomId }],
      ["room.ban", { roomId, reason: "mine" }],
      ["chat.setWords", { usesStarter: false, refuse: [], author: [], hold: [], allow: [], reason: "r" }],
    ]);
    for (const [path, name] of refusals) expect(["FORBIDDEN", "NOT_FOUND"], path).toContain(name);
  });

  it("ends with the kick of who moderates, and with the anchor's word, at once", async () => {
    const victim = await newPerson();
    const kick = () => moderator.client.mutateUntilTaken("room.kick", { roomId, userId: victim.userId });
    await anchor.client.mutateUntilTaken("room.kick", { roomId, userId: moderator.userId });
    expect(["FORBIDDEN", "KICKED"]).toContain((await kick()).error?.name);
    await anchor.client.mutateUntilTaken("room.restore", { roomId, userId: moderator.userId });
    await anchor.client.mutateUntilTaken("room.setModerator", {
      roomId,
      userId: moderator.userId,
      on: false,
    });
    expect((await kick()).error?.name).toBe("FORBIDDEN");
    await anchor.client.mutateUntilTaken("room.setModerator", { roomId, userId: moderator.userId, on: true });
    expect((await kick()).error).toBeUndefined();
  });
});

describe("words that are not to be read", () => {
  it("are in no history and no replay of anybody, nor can their author bring them back", async () => {
    const { latestSeq } = (await anchor.client.query<RoomDetail>("room.get", { roomId })).data;
    const { messageId, text } = await say(author);
    const message = { roomId, senderId: author.userId, messageId };
    expect((await moderator.client.mutateUntilTaken("chat.remove", message)).error).toBeUndefined();
    expect((await author.client.mutateUntilTaken("chat.restore", message)).error?.name).toBe("FORBIDDEN");
    // The same message again, under its id.
    await author.client.mutateUntilTaken("chat.send", { roomId, messageId, text });
    for (const client of [...strangers(), anchor.client, newVisitor()]) {
      expect(await textsFor(client)).not.toContain(text);
      const { data } = await client.query<RoomEventsAfter>("room.eventsAfter", { roomId, seq: latestSeq });
      expect(JSON.stringify(data)).not.toContain(text);
    }
  });

  it("do not come through by another spelling, and a held one is shown by nobody but who moderates", async () => {
    expect((await say(author, "skill yourself up 🔪")).error).toBeUndefined();
    for (const text of [
      "K.Y.S",
      "kｉll yourself",
      "kill 🔪 yourself",
      "k i l l y o u r s e l f",
      "傻 * 逼",
      "來約炮",
    ]) {
      // Each by somebody new: nobody may say so much at once.
      expect((await say(await newPerson(), text)).error?.name, text).toBe("CHAT_REJECTED");
    }
    const held = await say(author, `加★微★信 ${randomUUID()}`);
    const decision = { roomId, senderId: author.userId, messageId: held.messageId, show: true };
    for (const client of strangers()) {
      expect((await client.mutateUntilTaken("chat.decideHeld", decision)).error?.name).toBe("FORBIDDEN");
    }
    for (const client of [otherAnchor.client, guest, anchor.client]) {
      expect(await textsFor(client)).not.toContain(held.text);
    }
  });
});
