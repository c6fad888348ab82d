"use client";

import { type ComponentProps, useEffect, useState } from "react";

const FIRST_PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 60_000;

/**
 * An `img` whose failure is never final: it is asked for again, ever more rarely, and at once when the network is back.
 * Give it an empty `alt` where it is decoration: then nothing is shown in its place meanwhile.
 */
export function RetriedImage({ alt, ...props }: ComponentProps<"img"> & { alt: string }) {
  const [attempt, setAttempt] = useState(0);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    if (!failed) return;
    const again = () => {
      setFailed(false);
      setAttempt((last) => last + 1);
    };
    const timer = setTimeout(again, Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** attempt));
    window.addEventListener("online", again);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", again);
    };
  }, [failed, attempt]);

  // Only a new element asks again for the same address.
  return <img {...props} alt={alt} key={attempt} onError={() => setFailed(true)} />;
}
