/** Where nothing is painted, as in a hidden tab, what waits goes on all the same. */
const WAIT_MS_MAX = 150;

/** Resolves when the page has shown what it owes to a tap already: what may come a frame later must not hold that up. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, WAIT_MS_MAX);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** Runs a task after that; returns what calls it off. */
export function runAfterPaint(task: () => void): () => void {
  let isOff = false;
  void afterPaint().then(() => {
    if (!isOff) task();
  });
  return () => {
    isOff = true;
  };
}
