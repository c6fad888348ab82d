"use client";

import { useEffect } from "react";
import { reloadBrokenOldPage } from "@/components/lib/reload-old-page";

/** The last resort, when even the layout broke: no provider, no theme and no translation can be relied on here. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  useEffect(() => {
    void reloadBrokenOldPage();
  }, []);
  return (
    <html lang="en">
      <body
        style={{
          display: "grid",
          placeItems: "center",
          minHeight: "100vh",
          margin: 0,
          background: "#0a0c1b",
          color: "#eceefb",
          fontFamily: "system-ui, sans-serif",
          textAlign: "center",
        }}
      >
        <main>
          <h1>Something went wrong · 出了点问题</h1>
          <p>Nothing you paid for is lost. · 你的付款不会丢失。</p>
          <button
            type="button"
            onClick={reset}
            style={{ padding: "12px 24px", fontSize: "1rem", cursor: "pointer" }}
          >
            Try again · 再试一次
          </button>
        </main>
      </body>
    </html>
  );
}
