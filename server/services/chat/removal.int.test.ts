import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RoomEventsAfter } from "@/domain/contracts/events";
import type { RemovedChatMessage } from "@/domain/contracts/removed-chat";
import type { ChatMessage, RoomDetail } from "@/domain/contracts/room";
import { roomEventsKey } from "@/platform/redis/keys";
import { finishBackground } from "@/platform/runtime/background";
import { demoId, demoUserId } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { type ChatWorld, openChatWorld } from "../../testing/chat-world";
import type { WebHarness } from "../../testing/web-harness";

let world: ChatWorld;
/** Two processes; everybody is known to both. */
let processes: [WebHarness, WebHarness];
let anchor: ApiClient;
let otherAnchor: ApiClient;
let operator: ApiClient;
let mia: ApiClient;
let leo: ApiClient;
const roomId = demoId("room:+8613900000001");
const otherRoomId = demoId("room:+8613900000002");
const miaId = demoUserId("+8613800000001");
const leoId = demoUserId("+8613800000002");
const anchorId = demoUserId("+8613900000001");
const operatorId = demoUserId("+8613700000001");

beforeAll(async () => {
  world = await openChatWorld(2);
  const { signIn } = world;
  processes = world.processes as [WebHarness, WebHarness];
  [anchor, otherAnchor, operator, mia, leo] = await Promise.all([
    signIn("+8613900000001", processes[0]),
    signIn("+8613900000002", processes[0]),
    signIn("+8613700000001", processes[1]),
    signIn("+8613800000001", processes[0]),
    signIn("+8613800000002", processes[1]),
  ]);
});
afterAll(() => world?.close());
beforeEach(async () => {
  for (const userId of [miaId, leoId]) await anchor.mutate("room.restore", { roomId, userId });
  await finishBackground();
});

const through = (harness: WebHarness, client: ApiClient) => {
  const twin = new ApiClient(harness.url);
  for (const [name, value] of client.cookies) twin.cookies.set(name, value);
  return twin;
};
const say = async (client: ApiClient, text: string, room = roomId, messageId: string = randomUUID()) => {
  const answer = await client.mutate("chat.send", { roomId: room, messageId, text });
  expect(answer.error).toBeUndefined();
  return messageId;
};
const historyOf = async (client: ApiClient, room = roomId) =>
  (await client.query<ChatMessage[]>("chat.history", { roomId: room, limit: 100 })).data.map(
    ({ text }) => text,
  );
const replayAfter = async (client: ApiClient, seq: number, room = roomId) =>
  (await client.query<RoomEventsAfter>("room.eventsAfter", { roomId: room, seq })).data;
const latestSeq = async (room = roomId) =>
  (await operator.query<RoomDetail>("room.get", { roomId: room })).data.latestSeq;
/** What a client that comes back sees: numbers without a gap, and no word of what is gone. */
const expectGone = async (words: string, seq: number, room = roomId) => {
  for (const client of [operator, anchor, new ApiClient(processes[0].url), new ApiClient(processes[1].url)]) {
    await expect.poll(async () => JSON.stringify(await replayAfter(client, seq, room))).not.toContain(words);
    const { events, truncated } = await replayAfter(client, seq, room);
    expect(truncated).toBe(false);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => seq + 1 + i));
    expect(await historyOf(client, room)).not.toContain(words);
  }
};
const remove = (client: ApiClient, senderId: string, messageId: string, extra: object = {}) =>
  client.mutate("chat.remove", { roomId, senderId, messageId, ...extra });

describe("one message", () => {
  it.each([
    ["its author", () => mia, miaId, null],
    ["the room's anchor, in the other process", () => through(processes[1], anchor), anchorId, null],
    ["an operator", () => operator, operatorId, "chat.remove"],
  ] as const)(
    "is taken away by %s, live, in the replay and in the history",
    async (_, by, actorId, action) => {
      const seq = await latestSeq();
      const words = `words ${randomUUID()}`;
      const messageId = await say(mia, words);
      await say(mia, `stays ${words.slice(0, 12)}`);
      expect(await historyOf(leo)).toContain(words);
      expect((await remove(by(), miaId, messageId, { reason: "rude" })).error).toBeUndefined();
      await expectGone(words, seq);
      const { events } = await replayAfter(leo, seq);
      expect(events.at(-1)).toMatchObject({ event: "chat.removed", senderId: miaId, messageId });
      // Viewers are not told by whom, or why.
      expect(JSON.stringify(events.at(-1))).not.toContain("rude");
      const gone = (await operator.query<RemovedChatMessage[]>("chat.removed", { roomId })).data;
      expect(gone.find((message) => message.messageId === messageId)).toMatchObject({
        text: words,
        removedBy: actorId,
        reason: "rude",
      });
      const audited = await processes[0].resources.live.sql`
      SELECT action, reason FROM operator_actions WHERE after->>'messageId' = ${messageId}`;
      expect(audited).toEqual(action ? [{ action, reason: "rude" }] : []);
    },
  );

  it("is nobody else's to take away", async () => {
    const messageId = await say(mia, "mine");
    const name = async (answer: ReturnType<typeof remove>) => (await answer).error?.name;
    expect(await name(remove(leo, miaId, messageId))).toBe("FORBIDDEN");
    expect(await name(remove(otherAnchor, miaId, messageId))).toBe("FORBIDDEN");
    expect(await name(remove(new ApiClient(processes[0].url), miaId, messageId))).toBe("UNAUTHENTICATED");
    // Under another's name there is no such message, and in another room neither.
    expect(await name(remove(leo, leoId, messageId))).toBe("NOT_FOUND");
    expect(await name(remove(otherAnchor, miaId, messageId, { roomId: otherRoomId }))).toBe("NOT_FOUND");
    expect(await name(remove(anchor, miaId, randomUUID()))).toBe("NOT_FOUND");
    const byOperator = await say(operator, "from the staff");
    expect(await name(remove(anchor, operatorId, byOperator))).toBe("FORBIDDEN");
    expect(await historyOf(leo)).toEqual(expect.arrayContaining(["mine", "from the staff"]));
    expect((await leo.query("chat.removed", { roomId })).error?.name).toBe("FORBIDDEN");
    expect((await anchor.query("chat.removed", { roomId })).error?.name).toBe("FORBIDDEN");
  });

  it("stays with who took it away first, and is not said again under its id", async () => {
    const words = `once ${randomUUID()}`;
    const seq = await latestSeq();
    const messageId = await say(mia, words);
    await remove(anchor, miaId, messageId, { reason: "first" });
    await Promise.all([
      remove(operator, miaId, messageId, { reason: "second" }),
      remove(mia, miaId, messageId),
    ]);
    await say(mia, words, roomId, messageId);
    await expectGone(words, seq);
    const [row] = await processes[0].resources.live.sql`
      SELECT removed_by, removed_reason FROM chat_messages WHERE message_id = ${messageId}`;
    expect(row).toEqual({ removed_by: anchorId, removed_reason: "first" });
  });

  it("does not take another's of the same id with it", async () => {
    const messageId = randomUUID();
    const [hers, his] = [`hers ${messageId}`, `his ${messageId}`];
    await say(mia, hers, roomId, messageId);
    await say(leo, his, roomId, messageId);
    await remove(anchor, miaId, messageId);
    const history = await historyOf(anchor);
    expect(history).toContain(his);
    expect(history).not.toContain(hers);
  });
});

describe("all words of somebody", () => {
  it.each([
    ["the room's anchor", () => anchor],
    ["an operator", () => operator],
  ] as const)("are hidden by %s in this room, and they may go on", async (_, by) => {
    const seq = await latestSeq();
    const words = randomUUID();
    const said = [1, 2, 3].map((n) => `${n} ${words}`);
    for (const text of said) await say(mia, text);
    await say(leo, `leo ${words}`);
    await say(mia, `elsewhere ${words}`, otherRoomId);
    const answer = await by().mutate<{ messages: number }>("chat.hide", {
      roomId,
      userId: miaId,
      reason: "spam",
    });
    expect(answer.data.messages).toBeGreaterThanOrEqual(3);
    for (const text of said) await expectGone(text, seq);
    const after = `after ${words}`;
    await say(mia, after);
    expect(await historyOf(leo)).toEqual(expect.arrayContaining([`leo ${words}`, after]));
    expect(await historyOf(leo, otherRoomId)).toContain(`elsewhere ${words}`);
    expect(JSON.stringify(await replayAfter(leo, seq))).toContain(after);
  });

  it("are hidden by nobody else, and an operator's not by an anchor", async () => {
    const hide = async (client: ApiClient, userId: string, room = roomId) =>
      (await client.mutate("chat.hide", { roomId: room, userId })).error?.name;
    expect(await hide(mia, leoId)).toBe("FORBIDDEN");
    expect(await hide(otherAnchor, leoId)).toBe("FORBIDDEN");
    expect(await hide(anchor, operatorId)).toBe("FORBIDDEN");
    expect(await hide(anchor, randomUUID())).toBe("NOT_FOUND");
    expect(await hide(operator, leoId, randomUUID())).toBe("NOT_FOUND");
  });

  it("go with a kick, unless they are to stay", async () => {
    const [rude, kind] = [`rude ${randomUUID()}`, `kind ${randomUUID()}`];
    const seq = await latestSeq();
    await say(mia, rude);
    await say(leo, kind);
    await anchor.mutate("room.kick", { roomId, userId: leoId, minutes: 5, hideWords: false });
    await anchor.mutate("room.kick", { roomId, userId: miaId, minutes: 5, reason: "rude" });
    await expectGone(rude, seq);
    expect(await historyOf(anchor)).toContain(kind);
    // What is said after the kick was undone stays.
    await anchor.mutate("room.restore", { roomId, userId: miaId });
    await say(mia, `sorry ${rude}`);
    expect(await historyOf(anchor)).toContain(`sorry ${rude}`);
  });

  it("go everywhere with a ban", async () => {
    const phone = `+86155${String(Date.now()).slice(-8)}`;
    const cheat = new ApiClient(processes[0].url);
    await cheat.signInByPhone(phone);
    const { userId } = (await cheat.query<{ userId: string }>("session.me")).data;
    const words = `buy at ${randomUUID()}`;
    const seqs = [await latestSeq(), await latestSeq(otherRoomId)] as const;
    await say(cheat, words);
    await say(cheat, words, otherRoomId);
    expect((await operator.mutate("people.ban", { userId, reason: "a cheat" })).error).toBeUndefined();
    await expectGone(words, seqs[0]);
    await expectGone(words, seqs[1], otherRoomId);
  });
});

describe("words that are said while they are hidden", () => {
  it.each([
    ["hidden", (userId: string) => anchor.mutate("chat.hide", { roomId, userId })],
    ["hidden in the other process", (userId: string) => operator.mutate("chat.hide", { roomId, userId })],
    [
      "taken away with a kick",
      (userId: string) => anchor.mutate("room.kick", { roomId, userId, minutes: 5 }),
    ],
  ] as const)("are either %s or said after it, for everybody alike", async (_, act) => {
    for (let round = 0; round < 5; round++) {
      const seq = await latestSeq();
      const words = Array.from({ length: 8 }, (_unused, i) => `race ${round} ${i} ${randomUUID()}`);
      const twin = through(processes[1], mia);
      const [acted] = await Promise.all([
        act(miaId),
        ...words.map((text, i) =>
          (i % 2 ? mia : twin).mutate("chat.send", { roomId, messageId: randomUUID(), text }),
        ),
      ]);
      expect(acted.error).toBeUndefined();
      await finishBackground();
      const history = (await historyOf(leo)).filter((text) => words.includes(text)).toSorted();
      const shown = () =>
        replayAfter(leo, seq).then(({ events }) =>
          events.flatMap((event) =>
            event.event === "chat.message" && words.includes(event.text) ? [event.text] : [],
          ),
        );
      // What the room shows and what the history keeps are the same messages.
      await expect.poll(async () => (await shown()).toSorted()).toEqual(history);
      const kicked = (await anchor.query<RoomDetail>("room.get", { roomId })).error;
      expect(kicked).toBeUndefined();
      await anchor.mutate("room.restore", { roomId, userId: miaId });
    }
  });

  it("are found by whoever stores them late", async () => {
    const { live } = processes[0].resources;
    const messageId = randomUUID();
    const words = `late ${messageId}`;
    const seq = await latestSeq();
    await anchor.mutate("chat.hide", { roomId, userId: leoId });
    // As a process stores it that was held up since before the hiding, and died then.
    await live.sql`
      INSERT INTO chat_messages (sender_id, message_id, room_id, session_id, sender_name, sender_role, text, trace_id, created_at)
      SELECT ${leoId}, ${messageId}, ${roomId}, current_session_id, 'Leo', 'viewer', ${words}, ${"0".repeat(32)},
        (SELECT hidden_at FROM chat_hides WHERE room_id = ${roomId} AND user_id = ${leoId})
      FROM rooms WHERE id = ${roomId}`;
    expect(await historyOf(mia)).not.toContain(words);
    // Sent again by its author, it is marked and stays hidden: nobody hears it, not even for a moment.
    await say(leo, words, roomId, messageId);
    await expectGone(words, seq);
    const log = await processes[0].resources.redis.xrange(roomEventsKey(roomId), "-", "+");
    expect(JSON.stringify(log)).not.toContain(words);
    const [row] = await live.sql`SELECT removed_by FROM chat_messages WHERE message_id = ${messageId}`;
    expect(row?.removed_by).toBe(anchorId);
  });
});

describe("words that the database knows are gone", () => {
  it.each([
    [
      "whose removal nobody was told of",
      async (messageId: string) => {
        const { live } = processes[0].resources;
        await live.sql`
          UPDATE chat_messages SET removed_at = now(), removed_by = ${anchorId} WHERE message_id = ${messageId}`;
      },
    ],
    [
      "that were hidden by a process that died before it had marked them",
      async () => {
        const { live } = processes[0].resources;
        await live.sql`
          INSERT INTO chat_hides (room_id, user_id, hidden_at, hidden_by)
          VALUES (${roomId}, ${miaId}, now(), ${anchorId})
          ON CONFLICT (room_id, user_id) DO UPDATE SET hidden_at = EXCLUDED.hidden_at`;
      },
    ],
    [
      "whose removal Redis has lost",
      async (messageId: string) => {
        await remove(anchor, miaId, messageId);
        const { redis: store } = processes[0].resources;
        for (const [id, fields] of await store.xrange(roomEventsKey(roomId), "-", "+")) {
          if (fields[1]?.includes('"chat.removed"') && fields[1].includes(messageId)) {
            await store.xdel(roomEventsKey(roomId), id);
          }
        }
      },
    ],
  ] as const)("are in no replay and no history: words %s", async (_, act) => {
    const seq = await latestSeq();
    const words = `unheard of ${randomUUID()}`;
    const messageId = await say(mia, words);
    await say(leo, `after ${words.slice(-12)}`);
    expect(JSON.stringify(await replayAfter(leo, seq))).toContain(words);
    await act(messageId);
    for (const client of [leo, operator, new ApiClient(processes[1].url)]) {
      await expect.poll(async () => JSON.stringify(await replayAfter(client, seq))).not.toContain(words);
      expect(await historyOf(client)).not.toContain(words);
    }
  });

  it("are those of a guest who has signed in since as well", async () => {
    const guest = new ApiClient(processes[0].url);
    await guest.signInAsGuest();
    const { userId } = (await guest.query<{ userId: string }>("session.me")).data;
    const seq = await latestSeq();
    const words = `as a guest ${randomUUID()}`;
    await say(guest, words);
    await guest.signInByPhone("+8613800000008");
    expect((await anchor.mutate("chat.hide", { roomId, userId, reason: "spam" })).error).toBeUndefined();
    await expectGone(words, seq);
  });
});
