"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { Retry } from "@/push/client/retry";
import { forgetKeyOfSession, prepareSigningSoon } from "./lazy-signing";
import { reloadOldPage } from "./reload-old-page";
import { useTRPC } from "./trpc";

export const SESSION_STALE_MS = 60_000;

/** Who is here: `me` is null for somebody signed out and undefined until we know. */
export function useSession() {
  const trpc = useTRPC();
  const query = useQuery(trpc.session.me.queryOptions(undefined, { staleTime: SESSION_STALE_MS }));
  const me = query.isPending ? undefined : (query.data ?? null);
  const refresh = useRefreshSession();
  return { me, error: query.error, isKnown: query.isSuccess, refresh };
}

/** After signing in or out, nothing that was read for the person before may stay. */
export function useRefreshSession() {
  const queryClient = useQueryClient();
  return useCallback(async () => {
    // Other tabs of this browser have the same cookies and do not know yet.
    noteSessionChange();
    forgetKeyOfSession();
    const channel = openSessionChannel();
    channel?.postMessage(null);
    channel?.close();
    await queryClient.resetQueries();
  }, [queryClient]);
}

/** Null where a browser, or the privacy it is set to, has none. */
function openSessionChannel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel("downpour-session");
  } catch {
    return null;
  }
}

const CHANGED_AT = "downpour-session-changed-at";

/** For tabs that do not listen yet: their page was made before, and its scripts have not run. */
function noteSessionChange(): void {
  try {
    localStorage.setItem(CHANGED_AT, String(Date.now()));
  } catch {
    // A browser that keeps nothing; such a tab learns of it when it asks the next time.
  }
}

/** Whether somebody signed in or out in another tab after this page was asked for. */
function hasChangedSincePage(): boolean {
  try {
    return Number(localStorage.getItem(CHANGED_AT)) > performance.timeOrigin;
  } catch {
    return false;
  }
}

/** Signs this tab in and out with the other tabs of its browser: one of them says that something changed, and we look. */
export function useSessionOfOtherTabs(): void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  useEffect(() => {
    const channel = openSessionChannel();
    if (!channel) return;
    const look = async () => {
      forgetKeyOfSession();
      const options = trpc.session.me.queryOptions();
      const before = queryClient.getQueryData(options.queryKey);
      // Nobody has asked yet who is here, so nothing old is shown.
      if (before === undefined) return;
      const now = await queryClient.fetchQuery({ ...options, staleTime: 0 }).catch(() => before);
      if (now?.userId !== before?.userId) await queryClient.resetQueries();
    };
    channel.addEventListener("message", () => void look());
    if (hasChangedSincePage()) void look();
    return () => channel.close();
  }, [trpc, queryClient]);
}

/** Whoever touches the page may be about to do something: what signs it is there by then. Who only watches asks for nothing. */
export function usePreparedSigning(): void {
  useEffect(() => {
    const events = ["pointerdown", "keydown"] as const;
    const stop = () => events.forEach((event) => window.removeEventListener(event, prepare));
    const prepare = () => {
      stop();
      prepareSigningSoon();
    };
    for (const event of events) window.addEventListener(event, prepare, { passive: true });
    return stop;
  }, []);
}

const GUEST_BACK_OFF = { firstMs: 2_000, maxMs: 60_000 };

/**
 * Gives a signed-out visitor a guest session, quietly: a room's push channel opens only to somebody with a session.
 * Until that works the page goes on without push.
 */
export function useGuestSession() {
  const { me, isKnown, refresh } = useSession();
  // Somebody whose session could not be read must not lose it to a guest's.
  const isSignedOut = me === null && isKnown;
  useEffect(() => {
    if (!isSignedOut) return;
    let isWanted = true;
    async function signIn(): Promise<void> {
      try {
        const { authClient } = await import("./auth-client");
        if (!isWanted) return;
        const { error } = await authClient.signIn.anonymous();
        if (error) retry.failed();
        else await refresh();
      } catch (error) {
        void reloadOldPage(error);
        retry.failed();
      }
    }
    const retry = new Retry({ attempt: () => void signIn(), backOff: GUEST_BACK_OFF });
    void signIn();
    return () => {
      isWanted = false;
      retry.stop();
    };
  }, [isSignedOut, refresh]);
  return me;
}
