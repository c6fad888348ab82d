/**
 * Calls when what failed before may well succeed now: the network is back, or the page is looked at again. Returns what
 * ends that. Outside a browser nothing ever wakes.
 */
export function onWake(listener: () => void): () => void {
  if (typeof window === "undefined") return () => {};
  const seen = () => {
    if (document.visibilityState === "visible") listener();
  };
  window.addEventListener("online", listener);
  document.addEventListener("visibilitychange", seen);
  return () => {
    window.removeEventListener("online", listener);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** Calls when the browser says that the network has gone. Returns what ends that. */
export function onNetworkLost(listener: () => void): () => void {
  if (typeof window === "undefined") return () => {};
  window.addEventListener("offline", listener);
  return () => window.removeEventListener("offline", listener);
}
