import type { authClient } from "./auth-client";
import { reloadOldPage } from "./reload-old-page";

type AuthClient = typeof authClient;
interface Answer<T> {
  data: T | null;
  error: { status?: number; code?: string; message?: string } | null;
}

/** What nobody answered, as the library tells what went wrong. */
const UNANSWERED = { data: null, error: { status: 0 } } as const;

/**
 * Asks the library for signing in, whose code comes when it is needed first. That its code does not come, or nobody answers,
 * is an error like others that it answers: nothing is thrown.
 */
export async function askAuth<T>(ask: (client: AuthClient) => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    const { authClient } = await import("./auth-client");
    return await ask(authClient);
  } catch (error) {
    void reloadOldPage(error);
    return UNANSWERED;
  }
}
