import { fetchNotingTime, restartServerClock } from "./server-clock";
import { signCall } from "./sign-call";

/*
 * Mutations are signed as they leave, so that one that waited, over a reload too, is signed for the moment in which it is
 * sent. The key is asked for once and stays in memory; whoever signs in or out here or in another tab drops it.
 */

/** Null while nobody has a session: then nothing has to be signed. */
type Key = { userId: string; signingKey: string } | null;

let key: Promise<Key> | undefined;

/** Somebody signed in or out: the key is asked for again when it is needed. */
export function forgetSigningKey(): void {
  key = undefined;
}

/** Asks for the key before the first mutation waits for it. */
export function prepareSigning(): void {
  void getKey().catch(() => {});
}

function getKey(): Promise<Key> {
  if (key) return key;
  const asked = askForKey();
  key = asked;
  // What failed is asked again by whoever needs it next.
  asked.catch(() => {
    if (key === asked) key = undefined;
  });
  return asked;
}

async function askForKey(): Promise<Key> {
  const response = await fetchNotingTime("/api/trpc/session.me", { cache: "no-store" });
  if (!response.ok) throw new TypeError("The signing key could not be read.");
  return ((await response.json()) as { result: { data: Key } }).result.data;
}

/** These name their intent, and whoever carries them may send them twice: that one came before says that it may have been done. */
const REPEATABLE: ReadonlySet<string> = new Set(["/api/trpc/gift.send", "/api/trpc/rain.claim"]);

/** For mutations: signs, and once more where the session or the clock changed since, or something on the way sent it twice. */
export const fetchSigned: typeof fetch = async (input, init) => {
  const by = await getKey();
  const first = await sendSigned(by, input, init);
  if (first.ok) return first;
  const { name, reason } = await readRefusal(first.clone());
  if (name === "REPLAYED" && REPEATABLE.has(pathOf(input))) return sendSigned(by, input, init);
  // What is refused for its signature was refused before anything was done.
  if (name !== "SIGNATURE_INVALID") return first;
  if (reason === "stale") restartServerClock(first.headers.get("date"));
  else forgetSigningKey();
  const now = await getKey();
  // Somebody else is signed in by now, in another tab: what was tapped here is not theirs.
  if (by && now && now.userId !== by.userId) return first;
  return sendSigned(now, input, init);
};

async function sendSigned(
  by: Key,
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
): Promise<Response> {
  const headers = new Headers(init?.headers);
  if (by) {
    const body = typeof init?.body === "string" ? init.body : "";
    const signature = signCall(by.signingKey, {
      method: init?.method ?? "GET",
      path: pathOf(input),
      body,
    });
    for (const [name, value] of Object.entries(signature)) headers.set(name, value);
  }
  return await fetchNotingTime(input, { ...init, headers });
}

function pathOf(input: Parameters<typeof fetch>[0]): string {
  const address = input instanceof Request ? input.url : String(input);
  const { pathname, search } = new URL(address, window.location.href);
  return pathname + search;
}

async function readRefusal(response: Response): Promise<{ name?: string; reason?: unknown }> {
  const body = (await response.json().catch(() => null)) as {
    error?: { data?: { biz?: { name?: string; details?: { reason?: unknown } } } };
  } | null;
  const biz = body?.error?.data?.biz;
  return { name: biz?.name, reason: biz?.details?.reason };
}
