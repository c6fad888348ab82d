"use client";

import { HydrationBoundary, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type PageDataState, queryKeyOf } from "./page-data";

const SESSION_KEY = queryKeyOf({ path: "session.me", type: "query" });

interface PageDataBoundaryProps {
  /** The person the data was read for; null for somebody signed out, undefined where nobody could tell. */
  readFor: string | null | undefined;
  state: PageDataState;
  children: ReactNode;
}

/**
 * Gives what a page came with to its queries. The router keeps pages for "back", also after somebody signed out and
 * somebody else signed in: what was read for another person is left aside, and the page asks anew.
 */
export function PageDataBoundary({ readFor, state, children }: PageDataBoundaryProps) {
  const me = useQueryClient().getQueryData<{ userId: string } | null>(SESSION_KEY);
  const isTheirs = me === undefined || (me?.userId ?? null) === readFor;
  return <HydrationBoundary state={isTheirs ? state : undefined}>{children}</HydrationBoundary>;
}
