import type { MessagePort } from "node:worker_threads";
import { isPageAnswer, type PageQuery, type PageQuestion } from "./page-questions";

type Ask = (call: string, path: PageQuery, input: unknown) => Promise<string | undefined>;

/** Next bundles pages apart from the thread that runs them; what both know is global. */
const ASK = Symbol.for("downpour.ask-for-page");
type WithAsk = typeof globalThis & { [ASK]?: Ask };

/** In the site's thread: pages may ask the web process through `port`. */
export function openPageQuestions(port: Pick<MessagePort, "on" | "postMessage">): void {
  const waiting = new Map<number, (json: string | undefined) => void>();
  let asked = 0;
  port.on("message", (message: unknown) => {
    if (!isPageAnswer(message)) return;
    waiting.get(message.answerTo)?.(message.json);
    waiting.delete(message.answerTo);
  });
  (globalThis as WithAsk)[ASK] = (call, path, input) =>
    new Promise((resolve) => {
      const question: PageQuestion = { question: ++asked, call, path, input };
      waiting.set(question.question, resolve);
      port.postMessage(question);
    });
}

/**
 * What a procedure answers the caller for whom a page is being made (`call`, of PAGE_CALL_HEADER); undefined where nobody is
 * there to ask, and where it refused.
 */
export async function askForPage(call: string | null, path: PageQuery, input?: unknown): Promise<unknown> {
  const ask = (globalThis as WithAsk)[ASK];
  const json = call && ask ? await ask(call, path, input) : undefined;
  return json === undefined ? undefined : JSON.parse(json);
}
