import { useEffect } from "react";
import { useHandler } from "../../lib/use-handler";

/** Whether keys are letters there and not commands. */
function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

/** The keys that players have: m for the sound, f for the whole screen. A slider of a range takes no letters. */
export function usePlayerKeys(keys: { onMute: () => void; onFullscreen: () => void }): void {
  const press = useHandler((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const isSlider = event.target instanceof HTMLInputElement && event.target.type === "range";
    if (takesText(event.target) && !isSlider) return;
    const key = event.key.toLowerCase();
    if (key === "m") keys.onMute();
    else if (key === "f") keys.onFullscreen();
  });
  useEffect(() => {
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [press]);
}
