"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";

/** Keeps a place, and fills it when it is first looked at: for what is heavy to load and to draw. */
export function WhenSeen({ heightPx, children }: { heightPx: number; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (isSeen || !place.current) return;
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    });
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [isSeen]);
  return (
    <div ref={place} style={{ minHeight: heightPx }}>
      {isSeen ? children : null}
    </div>
  );
}
