import { type Signer, signFor } from "./signing";

/** A query over tRPC's plain JSON wire format. Throws with the error's name when it is refused. */
export async function trpcGet<T>(
  webUrl: string,
  procedure: string,
  input: unknown,
  cookie?: string,
): Promise<T> {
  const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await fetch(`${webUrl}/api/trpc/${procedure}${query}`, {
    headers: cookie ? { cookie } : {},
  });
  return unwrap<T>(procedure, await response.json());
}

/** A mutation, signed for whoever sends it: cookies, or those with the key that goes with them. */
export async function trpcPost<T>(
  webUrl: string,
  procedure: string,
  input: unknown,
  as: string | Signer = "",
): Promise<T> {
  const path = `/api/trpc/${procedure}`;
  const body = JSON.stringify(input);
  const cookie = typeof as === "string" ? as : as.cookie;
  const response = await fetch(webUrl + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      origin: webUrl,
      ...(cookie ? { cookie } : {}),
      ...(await signFor(as, webUrl, { path, body })),
    },
    body,
  });
  return unwrap<T>(procedure, await response.json());
}

/** What a refusal carries at `error.data.biz`. */
export class RefusedError extends Error {
  constructor(
    procedure: string,
    readonly bizName: string,
    readonly details: Record<string, unknown>,
  ) {
    super(`${procedure} was refused: ${bizName}`);
  }
}

function unwrap<T>(procedure: string, body: unknown): T {
  const { result, error } = body as {
    result?: { data: T };
    error?: { message: string; data?: { biz?: { name: string; details: Record<string, unknown> } } };
  };
  if (result) return result.data;
  const biz = error?.data?.biz;
  throw new RefusedError(procedure, biz?.name ?? error?.message ?? "no answer", biz?.details ?? {});
}
