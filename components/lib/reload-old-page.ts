const RELOADED_AT_KEY = "downpour.reloaded-at";
/** Where the new page has the same fault, it is not reloaded again and again under those who look at it. */
const RELOAD_EVERY_MS = 5 * 60_000;
const ANSWER_MS_MAX = 5_000;
const PART_ADDRESS = /\/_next\/static\/[^\s"')]+/;

let isAsking = false;

/**
 * After a deployment the parts of an old page have other names, and only a reload brings them. Reloads when the server
 * answers, says that it has no such part, and has the page itself. What was typed and queued is kept in the session's
 * storage by those who own it.
 *
 * @param error what the import of the part threw
 */
export async function reloadOldPage(error: unknown): Promise<void> {
  const address = PART_ADDRESS.exec(error instanceof Error ? error.message : "")?.[0];
  if (address !== undefined) await reloadWithout([address]);
}

/**
 * For what broke without a word of a part: old code that draws what a new server says. The page is old when the server has
 * a script no more that it came with.
 */
export async function reloadBrokenOldPage(): Promise<void> {
  const scripts = document.querySelectorAll<HTMLScriptElement>("script[src]");
  const addresses = [...scripts].flatMap(({ src }) => PART_ADDRESS.exec(new URL(src).pathname)?.[0] ?? []);
  await reloadWithout([...new Set(addresses)]);
}

async function reloadWithout(addresses: readonly string[]): Promise<void> {
  if (isAsking || reloadedAgoMs() < RELOAD_EVERY_MS) return;
  isAsking = true;
  try {
    const answers = await Promise.all(addresses.map((address) => ask(address, "HEAD")));
    if (!answers.includes(404)) return;
    if ((await ask(window.location.href, "GET")) !== 200) return;
    sessionStorage.setItem(RELOADED_AT_KEY, String(Date.now()));
    window.location.reload();
  } catch {
    // No answer, or no storage to remember the reload in: the part is tried again, and this with it.
  } finally {
    isAsking = false;
  }
}

async function ask(address: string, method: "HEAD" | "GET"): Promise<number> {
  const response = await fetch(address, {
    method,
    cache: "no-store",
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  await response.body?.cancel();
  return response.status;
}

function reloadedAgoMs(): number {
  const atMs = Number(sessionStorage.getItem(RELOADED_AT_KEY));
  return Math.abs(Date.now() - atMs);
}
