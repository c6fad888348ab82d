import { type Signer, signPosted } from "@/testkit/signing";

/** What came of a call: an answer, a refusal by its name, or nothing that could be understood. */
export type Answer<T> =
  | { kind: "answer"; value: T }
  | { kind: "refused"; why: string }
  | { kind: "silence"; why: string };

/** A page gives up after this long; the service says "busy" before. */
const ANSWER_MS_MAX = 15_000;

/** One call over tRPC's plain JSON, as a browser makes it. Never throws: what went wrong is what clients saw. */
export async function trpcCall<T>(
  webUrl: string,
  procedure: string,
  call: { query?: unknown; input?: unknown },
  by: Signer,
): Promise<Answer<T>> {
  const query = call.query === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(call.query))}`;
  const path = `/api/trpc/${procedure}${query}`;
  const body = call.input === undefined ? undefined : JSON.stringify(call.input);
  try {
    const response = await fetch(webUrl + path, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "content-type": "application/json",
        origin: webUrl,
        cookie: by.cookie,
        ...(body === undefined ? {} : signPosted(by.signingKey, { path, body })),
      },
      body,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const { result, error } = (await response.json()) as {
      result?: { data: T };
      error?: { message?: string; data?: { biz?: { name: string } } };
    };
    if (result) return { kind: "answer", value: result.data };
    return { kind: "refused", why: error?.data?.biz?.name ?? error?.message ?? String(response.status) };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    return { kind: "silence", why: isLate ? `no answer in ${ANSWER_MS_MAX / 1_000} s` : "no connection" };
  }
}

/** After these it may have happened or not: the same is asked again under its id. Any other refusal is a no for good. */
const MAYBE = new Set(["UNAVAILABLE", "INTERNAL", "UNAUTHENTICATED"]);
export const isMaybe = (answer: Exclude<Answer<unknown>, { kind: "answer" }>): boolean =>
  answer.kind === "silence" || MAYBE.has(answer.why);
