import { z } from "zod";
import { OperatorReason, Uuid } from "./ids";
import { optionalLine, readableLine } from "./texts";

export const CHAT_WORD_LENGTH_MAX = 40;
export const CHAT_WORDS_MAX = 2_000;
const Words = z.array(readableLine(CHAT_WORD_LENGTH_MAX)).max(CHAT_WORDS_MAX);

/**
 * Words that a message in a chat may not have, by what becomes of it. They are found in any spelling; a `*` at the start or end of
 * one lets it stand inside longer words there.
 */
export const ChatWordsPolicy = z.object({
  /** Whether the words count that a platform begins with. */
  usesStarter: z.boolean(),
  /** Refused, and its author is told so. */
  refuse: Words,
  /** Nobody but its author sees it, who is not told. */
  author: Words,
  /** It waits for somebody who moderates the room. */
  hold: Words,
  /** Words that have one of the others inside and are fine. */
  allow: Words,
});
export type ChatWordsPolicy = z.infer<typeof ChatWordsPolicy>;
export const CHAT_WORD_LISTS = ["refuse", "author", "hold", "allow"] as const;

export const SetChatWordsInput = ChatWordsPolicy.extend({ reason: OperatorReason });
export type SetChatWordsInput = z.infer<typeof SetChatWordsInput>;

/** The policy, and how many words each list begins with. */
export interface ChatWordsView extends ChatWordsPolicy {
  starterCounts: Record<(typeof CHAT_WORD_LISTS)[number], number>;
}

const TRIED_LENGTH_MAX = 200;
export const TryWordsInput = z.object({ text: optionalLine(TRIED_LENGTH_MAX) });
/** What would become of a message; `words` are those of it that it is for. */
export interface TriedWords {
  action: "pass" | "refuse" | "author" | "hold";
  words: string | null;
}

export const DecideHeldInput = z.object({
  roomId: Uuid,
  senderId: Uuid,
  messageId: Uuid,
  /** True lets everybody see it; false removes it. */
  show: z.boolean(),
  reason: optionalLine(100).optional(),
});
export type DecideHeldInput = z.infer<typeof DecideHeldInput>;
