import fc from "fast-check";
import { expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import type { ChatMessage } from "@/domain/contracts/room";
import { takeOutRemoved } from "@/push/publisher/take-out-removed";
import { addChatHistory, addRoomEvents, EMPTY_TIMELINE, type Timeline } from "./timeline";

/** What happens in a room, as small as it can be told: who, which of their messages. */
type Act =
  | { kind: "say"; who: string }
  | { kind: "remove" | "restore"; who: string; nth: number }
  | { kind: "hide"; who: string };

const WHO = ["ann", "bob"];
const who = fc.constantFrom(...WHO);
const nth = fc.nat({ max: 3 });
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("say" as const), who }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom("remove" as const, "restore" as const), who, nth }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("hide" as const), who }) },
  ),
  { maxLength: 40 },
);

const time = (second: number) => new Date(Date.UTC(2030, 0, 1) + second * 1_000).toISOString();
const traceId = "0".repeat(32);

interface Said extends ChatMessage {
  isRemoved: boolean;
}

/** The server: what is in the database after these acts, and what the room's log has of them. */
function play(list: readonly Act[]): { said: Said[]; hidden: Map<string, string>; log: RoomEvent[] } {
  const said: Said[] = [];
  const hidden = new Map<string, string>();
  const log: RoomEvent[] = [];
  const facts = () => ({ seq: log.length + 1, at: time(log.length + 1), traceId });
  for (const act of list) {
    const { seq, at } = facts();
    const sender = { userId: act.who, nickname: act.who, role: "viewer" as const };
    if (act.kind === "say") {
      const message = { messageId: `m${seq}`, sender, text: `words ${seq}` };
      said.push({ ...message, at, isRemoved: false });
      log.push({ ...facts(), event: "chat.message", ...message });
    } else if (act.kind === "hide") {
      hidden.set(act.who, at);
      log.push({ ...facts(), event: "chat.hidden", userId: act.who, until: at });
    } else {
      const message = said.filter((one) => one.sender.userId === act.who)[act.nth];
      if (!message) continue;
      if (act.kind === "remove") {
        message.isRemoved = true;
        log.push({ ...facts(), event: "chat.removed", senderId: act.who, messageId: message.messageId });
      } else if (message.isRemoved && message.at > (hidden.get(act.who) ?? "")) {
        message.isRemoved = false;
        const { messageId, text } = message;
        log.push({ ...facts(), event: "chat.restored", messageId, sender, text, saidAt: message.at });
      }
    }
  }
  return { said, hidden, log };
}

const stand = ({ said, hidden }: ReturnType<typeof play>) =>
  said.filter((one) => !one.isRemoved && one.at > (hidden.get(one.sender.userId) ?? ""));
const shown = ({ chat }: Timeline) => chat.map(({ text }) => text);
const textsOf = (messages: readonly ChatMessage[]) => messages.map(({ text }) => text);

it("Everybody sees the same words in the same order, whenever they came, were cut off, or what order things arrive in", () => {
  fc.assert(
    fc.property(
      acts,
      fc.nat(),
      fc.nat(),
      fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
      (list, a, b, keys) => {
        const end = play(list);
        const wanted = textsOf(stand(end));
        const replay = (after: number) => takeOutRemoved(end.log.filter(({ seq }) => seq > after));

        expect(shown(addRoomEvents(EMPTY_TIMELINE, end.log))).toEqual(wanted);

        // Heard some, was cut off, and asked for the rest.
        const cut = end.log.length === 0 ? 0 : a % (end.log.length + 1);
        const before = addRoomEvents(EMPTY_TIMELINE, end.log.slice(0, cut));
        expect(shown(addRoomEvents(before, replay(cut)))).toEqual(wanted);

        // Came late: the history of an earlier moment, and what happened since.
        const early = play(list.slice(0, b % (list.length + 1)));
        const history = addChatHistory(EMPTY_TIMELINE, stand(early));
        expect(shown(addRoomEvents(history, replay(early.log.length)))).toEqual(wanted);

        // Each by itself, in any order.
        const shuffled = end.log
          .map((event, i) => ({ event, key: keys[i] ?? 0 }))
          .sort((x, y) => x.key - y.key);
        const any = shuffled.reduce((lines, { event }) => addRoomEvents(lines, [event]), EMPTY_TIMELINE);
        expect(shown(any)).toEqual(wanted);
      },
    ),
    { numRuns: 300 },
  );
});

it("A replay has no word of what was taken away, whether the log or the database alone knows of it", () => {
  fc.assert(
    fc.property(acts, fc.nat(), (list, a) => {
      const end = play(list);
      const gone = textsOf(end.said.filter((one) => !stand(end).includes(one)));
      const known = {
        removed: new Set(
          end.said.filter((one) => one.isRemoved).map((one) => `${one.sender.userId}/${one.messageId}`),
        ),
        hidden: end.hidden,
        asOf: time(end.log.length + 1),
      };
      const after = a % (end.log.length + 1);
      const later = end.log.filter(({ seq }) => seq > after);
      // Where what removed them is lost, the database still knows.
      const lost = later.filter(({ event }) => event !== "chat.removed" && event !== "chat.hidden");
      for (const events of [
        takeOutRemoved(later, known),
        takeOutRemoved(lost, known),
        takeOutRemoved(end.log),
      ]) {
        const told = JSON.stringify(events);
        for (const text of gone) expect(told).not.toContain(`"${text}"`);
      }
      expect(takeOutRemoved(later, known).map(({ seq }) => seq)).toEqual(later.map(({ seq }) => seq));
    }),
    { numRuns: 300 },
  );
});
