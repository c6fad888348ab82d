import { useEffect, useRef } from "react";
import { afterPaint } from "../../../lib/after-paint";

/**
 * What somebody writes, for as long as the tab: neither a page that reloads by itself nor a short mute takes what was typed.
 * It is written down once the key shows. Where a browser keeps nothing, nothing is kept.
 */
export function useDraft(key: string) {
  const waiting = useRef<{ key: string; text: string } | null>(null);
  useEffect(() => {
    const write = () => writeWaiting(waiting);
    window.addEventListener("pagehide", write);
    return () => {
      window.removeEventListener("pagehide", write);
      write();
    };
  }, []);
  return {
    recall: () => waiting.current?.text ?? read(key),
    keep: (text: string) => {
      const isWaiting = waiting.current !== null;
      waiting.current = { key, text };
      if (!isWaiting) void afterPaint().then(() => writeWaiting(waiting));
    },
  };
}

function writeWaiting(waiting: { current: { key: string; text: string } | null }): void {
  const draft = waiting.current;
  waiting.current = null;
  if (!draft) return;
  try {
    if (draft.text === "") sessionStorage.removeItem(draft.key);
    else sessionStorage.setItem(draft.key, draft.text);
  } catch {
    // Full or forbidden: only the memory is lost.
  }
}

function read(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}
