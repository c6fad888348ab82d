"use client";

import { useEffect } from "react";

interface EarlyBack {
  (): void;
  /** Where the person went. */
  to?: string;
}
declare global {
  interface Window {
    earlyBack?: EarlyBack | undefined;
  }
}

/** Runs before anything else of a page: remembers where somebody goes back to while the router does not run yet. */
const WATCH = 'addEventListener("popstate",window.earlyBack=()=>{earlyBack.to=location.href})';

export function EarlyBackScript({ nonce }: { nonce: string | undefined }) {
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: WATCH }} />;
}

/**
 * The router does not know of a "back" that was pressed before it ran, and puts the address of the page that it came with
 * back: https://github.com/vercel/next.js/pull/96252. The page that was wanted is loaded then.
 */
export function useEarlyBack(): void {
  useEffect(() => {
    const { earlyBack } = window;
    if (!earlyBack) return;
    window.removeEventListener("popstate", earlyBack);
    window.earlyBack = undefined;
    if (earlyBack.to !== undefined) window.location.replace(earlyBack.to);
  }, []);
}
