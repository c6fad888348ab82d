import type { Player } from "svga";

type Video = Parameters<Player["mount"]>[0];

const LOAD_MS_MAX = 3_000;
const PLAY_MS_MAX = 8_000;

function rejectAfter(delayMs: number, reason: string, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(reason)), delayMs);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("Stopped."));
    });
  });
}

/** Only files from this site or from an encrypted one are played. */
function resolveSvgaUrl(url: string): string {
  const resolved = new URL(url, window.location.href);
  if (resolved.protocol !== "https:" && resolved.origin !== window.location.origin) {
    throw new Error("An SVGA file must come over https.");
  }
  return resolved.href;
}

/** Has our own policy, because it makes code as it runs: see `app/svga-parser`. */
const PARSER_URL = "/svga-parser";

/** Fetches and reads a file, as the package's own `Parser` does, whose worker has the policy of the page. */
function loadVideo(worker: Worker, url: string): Promise<Video> {
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<Video | Error>) =>
      data instanceof Error ? reject(data) : resolve(data),
    );
    worker.addEventListener("error", (event) => reject(new Error(event.message)));
    worker.postMessage({ url, options: { isDisableImageBitmapShim: false } });
  });
}

/**
 * Plays an SVGA file once on a canvas. The player is loaded when first needed.
 *
 * Resolves when the file has played through, or has played for 8 s. Rejects when it cannot be loaded within 3 s, is
 * broken, or `signal` aborts; the caller then shows our own art. The player needs
 * `worker-src blob:` in the page's policy.
 */
export async function playSvga(
  canvas: HTMLCanvasElement,
  url: string,
  signal: AbortSignal,
  onStart?: () => void,
): Promise<void> {
  const href = resolveSvgaUrl(url);
  const limits = new AbortController();
  signal.addEventListener("abort", () => limits.abort());
  const cleanups: (() => void)[] = [() => limits.abort()];
  try {
    const load = import("svga").then(async ({ Player }) => {
      signal.throwIfAborted();
      const worker = new Worker(PARSER_URL);
      cleanups.push(() => worker.terminate());
      const video = await loadVideo(worker, href);
      signal.throwIfAborted();
      const player = new Player({ container: canvas, loop: 1 });
      cleanups.push(() => player.destroy());
      await player.mount(video);
      return player;
    });
    const player = await Promise.race([
      load,
      rejectAfter(LOAD_MS_MAX, "The SVGA file took too long.", limits.signal),
    ]);
    await new Promise<void>((resolve, reject) => {
      player.onEnd = resolve;
      const timer = setTimeout(resolve, PLAY_MS_MAX);
      cleanups.push(() => clearTimeout(timer));
      signal.addEventListener("abort", () => reject(new Error("Stopped.")));
      player.start();
      onStart?.();
    });
  } finally {
    for (const cleanup of cleanups) cleanup();
  }
}
