import { expect, it } from "vitest";
import type { RoomEvent } from "@/domain/contracts/events";
import { takeOutRemoved } from "./take-out-removed";

const time = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const facts = { traceId: "0".repeat(32) };
const said = (seq: number, userId: string, messageId = `m${seq}`): RoomEvent => ({
  ...facts,
  event: "chat.message",
  seq,
  at: time(seq),
  messageId,
  sender: { userId, nickname: userId, role: "viewer" },
  text: `words ${seq}`,
});
const removed = (seq: number, senderId: string, messageId: string): RoomEvent => ({
  ...facts,
  event: "chat.removed",
  seq,
  at: time(seq),
  senderId,
  messageId,
});
const hidden = (seq: number, userId: string, until = time(seq)): RoomEvent => ({
  ...facts,
  event: "chat.hidden",
  seq,
  at: time(seq),
  userId,
  until,
});
const kicked = (seq: number, userId: string, wordsHiddenUntil?: string): RoomEvent => ({
  ...facts,
  event: "viewer.kicked",
  seq,
  at: time(seq),
  roomId: "r",
  userId,
  nickname: userId,
  until: time(59),
  reason: null,
  ...(wordsHiddenUntil && { wordsHiddenUntil }),
});

const words = (events: readonly RoomEvent[]) =>
  takeOutRemoved(events).flatMap((event) => (event.event === "chat.message" ? [event.text] : []));

it("leaves out a message that was removed, and nobody else's of the same id", () => {
  expect(words([said(1, "a", "m"), said(2, "b", "m"), removed(3, "a", "m")])).toEqual(["words 2"]);
});
it("leaves out what was said before words were hidden, and not what is said after", () => {
  expect(words([said(1, "a"), said(2, "b"), hidden(3, "a"), said(4, "a")])).toEqual(["words 2", "words 4"]);
});
it("leaves out the words of who was kicked, unless they were to stay", () => {
  expect(words([said(1, "a"), kicked(2, "a", time(2))])).toEqual([]);
  expect(words([said(1, "a"), kicked(2, "a"), said(3, "b"), kicked(4, "b")])).toEqual(["words 1", "words 3"]);
});
it("goes by the time of a message, not by when it was numbered", () => {
  expect(words([said(1, "a"), said(2, "a"), hidden(3, "a", time(1))])).toEqual(["words 2"]);
  expect(words([hidden(1, "a", time(2)), said(2, "a"), said(3, "a")])).toEqual(["words 3"]);
});
it("goes by the last of several hidings, in whatever order they were numbered", () => {
  expect(words([said(1, "a"), said(2, "a"), hidden(3, "a", time(2)), hidden(4, "a", time(1))])).toEqual([]);
  expect(words([said(1, "a"), kicked(2, "a", time(1)), hidden(3, "a", time(0))])).toEqual([]);
});
it("leaves out what is known to be gone though no event says so", () => {
  const events = [said(1, "a", "m"), said(2, "b", "m"), said(3, "c"), said(4, "c")];
  const known = { removed: new Set(["a/m"]), hidden: new Map([["c", time(3)]]) };
  expect(
    takeOutRemoved(events, known).map((event) => (event.event === "chat.message" ? event.text : event.event)),
  ).toEqual(["chat.removed", "words 2", "chat.removed", "words 4"]);
});
it("finds a removal that was numbered before its message", () => {
  expect(words([removed(1, "a", "m2"), said(2, "a")])).toEqual([]);
});
it("leaves no gap in the numbers", () => {
  const events = [said(1, "a"), said(2, "a"), hidden(3, "a")];
  expect(takeOutRemoved(events).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(JSON.stringify(takeOutRemoved(events))).not.toContain("words");
});
