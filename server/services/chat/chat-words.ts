import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import {
  CHAT_WORD_LISTS,
  type ChatWordsPolicy,
  type ChatWordsView,
  type SetChatWordsInput,
  type TriedWords,
} from "@/domain/contracts/chat-words";
import { BizError } from "@/domain/contracts/errors";
import {
  buildWordMatcher,
  decideWords,
  foldTerm,
  TERM_UNITS_MIN,
  type WordDecision,
  type WordLists,
  type WordMatcher,
} from "@/domain/rules/words/decide-words";
import { STARTER_WORDS } from "@/domain/rules/words/starter-words";
import { defineHeld } from "@/platform/runtime/caches";
import { actingOperator } from "../approval/acting-operator";
import type { Resources, SignedInCtx } from "../context";
import { cachedPolicy, dropCachedPolicy } from "../policy/cached-policy";

/** The lists made ready once for each version of the policy, which is read again every few seconds. */
const READY = defineHeld((): { policy?: ChatWordsPolicy; text?: string; matcher?: WordMatcher } => ({}));

/** What becomes of a message by its words. Asks nobody unless this process has never read the lists. */
export async function decideByWords(
  resources: Pick<Resources, "live" | "log">,
  message: string,
): Promise<WordDecision> {
  const read = cachedPolicy(resources, "chat-words");
  return decideWords(makeReady(resources, read instanceof Promise ? await read : read), message);
}

function makeReady({ live }: Pick<Resources, "live">, policy: ChatWordsPolicy): WordMatcher {
  const ready = live.caches.of(READY);
  if (ready.matcher && ready.policy === policy) return ready.matcher;
  const text = JSON.stringify(policy);
  ready.matcher = ready.matcher && ready.text === text ? ready.matcher : buildWordMatcher(listsOf(policy));
  ready.policy = policy;
  ready.text = text;
  return ready.matcher;
}

function listsOf(policy: ChatWordsPolicy): WordLists {
  const list = (name: keyof WordLists) =>
    policy.usesStarter ? [...STARTER_WORDS[name], ...policy[name]] : policy[name];
  return { refuse: list("refuse"), author: list("author"), hold: list("hold"), allow: list("allow") };
}

/** The words that messages are decided by, as they hold now. */
export async function getChatWords(ctx: SignedInCtx): Promise<ChatWordsView> {
  return toView(await readPolicy(ctx.live.sql, "chat-words"));
}

/** Changes them; every process decides by the new ones within seconds. Throws INVALID_INPUT with a word too short to look for. */
export async function setChatWords(ctx: SignedInCtx, input: SetChatWordsInput): Promise<ChatWordsView> {
  const { reason, ...words } = input;
  const policy: ChatWordsPolicy = { ...words };
  for (const list of CHAT_WORD_LISTS) {
    const short = words[list].find((word) => foldTerm(word).text.length < TERM_UNITS_MIN);
    if (short !== undefined) throw new BizError("INVALID_INPUT", { field: list, word: short });
    policy[list] = [...new Set(words[list])].sort();
  }
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, "chat-words", policy, by));
  dropCachedPolicy(ctx, "chat-words");
  return toView(policy);
}

/** What would become of a message by the words that hold now. */
export async function tryWords(ctx: SignedInCtx, { text }: { text: string }): Promise<TriedWords> {
  const policy = await readPolicy(ctx.live.sql, "chat-words");
  const decision = decideWords(buildWordMatcher(listsOf(policy)), text);
  return { action: decision.action, words: decision.action === "pass" ? null : decision.words };
}

function toView(policy: ChatWordsPolicy): ChatWordsView {
  const { refuse, author, hold, allow } = STARTER_WORDS;
  return {
    ...policy,
    starterCounts: {
      refuse: refuse.length,
      author: author.length,
      hold: hold.length,
      allow: allow.length,
    },
  };
}
