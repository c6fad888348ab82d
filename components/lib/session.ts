"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { useTRPC } from "./trpc";

export const SESSION_STALE_MS = 60_000;

/** Who is here: `me` is null for somebody signed out and undefined until we know. */
export function useSession() {
  const trpc = useTRPC();
  const query = useQuery(trpc.session.me.queryOptions(undefined, { staleTime: SESSION_STALE_MS }));
  const me = query.isPending ? undefined : (query.data ?? null);
  const refresh = useRefreshSession();
  return { me, error: query.error, refresh };
}

/** After signing in or out, nothing that was read for the person before may stay. */
export function useRefreshSession() {
  const queryClient = useQueryClient();
  return useCallback(() => queryClient.resetQueries(), [queryClient]);
}

/**
 * Gives a signed-out visitor a guest session, quietly: a room's push channel opens only to somebody with a session.
 * A failure leaves the visitor signed out; the page works on without push.
 */
export function useGuestSession() {
  const { me, refresh } = useSession();
  const asked = useRef(false);
  useEffect(() => {
    if (me !== null || asked.current) return;
    asked.current = true;
    void (async () => {
      const { authClient } = await import("./auth-client");
      const { error } = await authClient.signIn.anonymous();
      if (!error) await refresh();
    })();
  }, [me, refresh]);
  return me;
}
