import { useSyncExternalStore } from "react";

/** The telephones that fill the screen with a bare video only. */
interface PhoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("fullscreenchange", listener);
  return () => document.removeEventListener("fullscreenchange", listener);
}

const isFull = () => document.fullscreenElement !== null;

/** Whether this page fills the screen because somebody asked for it here. */
export function useIsFullscreen(): boolean {
  return useSyncExternalStore(subscribe, isFull, () => false);
}

export function maySetFullscreen(): boolean {
  return document.fullscreenEnabled || "webkitEnterFullscreen" in HTMLVideoElement.prototype;
}

/**
 * Fills the screen with the page, so that effects, chat, questions and drawers are still there, or with the video where the
 * browser lets nothing else.
 */
export async function toggleFullscreen(video: PhoneVideo | null): Promise<void> {
  if (document.fullscreenElement) return document.exitFullscreen();
  if (document.fullscreenEnabled) return document.documentElement.requestFullscreen();
  video?.webkitEnterFullscreen?.();
}
