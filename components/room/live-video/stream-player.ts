import { Retry } from "@/push/client/retry";
import { reloadOldPage } from "../../lib/reload-old-page";
import {
  openHls,
  openNative,
  type SourceListener,
  type StreamLevel,
  type StreamSource,
} from "./stream-source";

/**
 * `starting` before its first picture, `late` when there is none for longer than a moment, `refused` when the browser
 * plays nothing before the person has tapped. It tries again in every state.
 */
export type PictureState = "starting" | "playing" | "late" | "refused";

export interface StreamState {
  picture: PictureState;
  levels: readonly StreamLevel[];
  /** The level that plays, -1 while none does. */
  level: number;
  /** Height of the chosen level in pixels; null is by itself. */
  chosenPx: number | null;
}

const BACK_OFF = { firstMs: 1_000, maxMs: 15_000 };
const WATCH_MS = 500;
/** No picture for this long is told; the stage shows itself meanwhile. */
const LATE_AFTER_MS = 3_000;
/** Neither picture nor data for this long: it is opened anew. */
const REOPEN_AFTER_MS = 20_000;
/** Data but no picture for this long: whatever it is, it does not play. */
const STUCK_AFTER_MS = 60_000;
/** It counts as mended once it has played for this long: one frame now and then must not hurry the tries. */
const STABLE_AFTER_MS = 5_000;

/** Plays one stream on one video element for as long as it is wanted, however often it is late, breaks or drops. */
export class StreamPlayer {
  #state: StreamState = { picture: "starting", levels: [], level: -1, chosenPx: null };
  #source: StreamSource | null = null;
  #opening = 0;
  #native = false;
  #timeSec = 0;
  /** When the picture last moved, when something last arrived, and when the source was opened. */
  #movedAtMs = performance.now();
  #aliveAtMs = performance.now();
  #openedAtMs = performance.now();
  #hasPlayed = false;
  #playingSinceMs: number | null = null;
  /** Number of the newest segment, and the one at which the stream stood still: played before, so not played again. */
  #edge: number | null = null;
  #staleEdge: number | null = null;
  #wasLive = false;
  #isStopped = false;
  readonly #retry = new Retry({ attempt: () => void this.#open(), backOff: BACK_OFF });
  readonly #watch: ReturnType<typeof setInterval>;
  readonly #abort = new AbortController();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly url: string,
    private readonly onChange: (state: StreamState) => void,
  ) {
    const { signal } = this.#abort;
    video.addEventListener("canplay", () => void this.play(), { signal });
    video.addEventListener("ended", () => this.#fail("again"), { signal });
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    void this.#open();
  }

  /** Plays with sound where it was asked for and is let; else without, and says so by the element's `muted`. */
  async play(): Promise<void> {
    if (this.#isStopped || !this.#source) return;
    const isRefused = () =>
      this.video.play().then(
        () => false,
        (error: unknown) => error instanceof DOMException && error.name === "NotAllowedError",
      );
    if (!(await isRefused())) return;
    this.video.muted = true;
    if ((await isRefused()) && !this.#isStopped) this.#set({ picture: "refused" });
  }

  /** Chooses a quality by its height in pixels, also after it was opened anew; null is by itself. */
  chooseHeight(heightPx: number | null): void {
    this.#set({ chosenPx: heightPx });
    this.#source?.chooseLevel(this.#chosenIndex());
  }

  stop(): void {
    this.#isStopped = true;
    this.#abort.abort();
    clearInterval(this.#watch);
    this.#retry.stop();
    this.#close();
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    const opening = this.#opening;
    const isCurrent = () => opening === this.#opening && !this.#isStopped;
    this.#openedAtMs = this.#aliveAtMs = performance.now();
    this.#hasPlayed = false;
    const listener: SourceListener = {
      onFailed: (how) => isCurrent() && this.#fail(how),
      onAlive: () => {
        this.#aliveAtMs = performance.now();
      },
      onEdge: (edge, isLive) => isCurrent() && this.#takeEdge(edge, isLive),
      onLevels: (levels) => {
        this.#set({ levels });
        if (this.#state.chosenPx !== null) this.#source?.chooseLevel(this.#chosenIndex());
      },
      onLevel: (level) => this.#set({ level }),
    };
    try {
      const { default: Hls } = await import("hls.js");
      if (!isCurrent()) return;
      // Media Source is asked first, also by a browser that says it "maybe" plays HLS: it asks for playlists no more
      // often than they change.
      this.#source =
        this.#native || !Hls.isSupported()
          ? openNative(this.video, this.url, listener)
          : openHls(Hls, this.video, this.url, listener);
    } catch (error) {
      void reloadOldPage(error);
      if (isCurrent()) this.#fail("again");
    }
  }

  #takeEdge(edge: number, isLive: boolean): void {
    this.#wasLive ||= isLive;
    if (edge === this.#staleEdge && this.#wasLive) {
      // Still what was shown before it dropped. Not from within the library's own event.
      queueMicrotask(() => this.#fail("again"));
      return;
    }
    this.#staleEdge = null;
    this.#edge = edge;
  }

  #fail(how: "again" | "native"): void {
    if (this.#isStopped || this.#retry.isWaiting) return;
    // The browser itself is one try; after it Media Source has its turn again.
    this.#native = how === "native";
    if (this.#hasPlayed) this.#staleEdge = this.#edge;
    this.#close();
    this.#playingSinceMs = null;
    this.#retry.failed();
    if (this.#state.picture !== "starting") this.#set({ picture: "late" });
  }

  #close(): void {
    this.#opening += 1;
    this.#source?.close();
    this.#source = null;
    this.#edge = null;
    if (!this.#isStopped) this.#set({ level: -1 });
  }

  /** A picture that moves is the only proof that it plays. */
  #look(): void {
    const nowMs = performance.now();
    const { currentTime, paused, seeking, readyState, muted } = this.video;
    const moved = currentTime !== this.#timeSec && readyState >= 2 && !paused && !seeking;
    this.#timeSec = currentTime;
    if (moved && this.#source) {
      this.#movedAtMs = this.#aliveAtMs = nowMs;
      this.#hasPlayed = true;
      this.#playingSinceMs ??= nowMs;
      if (nowMs - this.#playingSinceMs > STABLE_AFTER_MS) this.#retry.rest();
      this.#set({ picture: "playing" });
      return;
    }
    const { picture } = this.#state;
    // Nobody waits for a silent picture in a hidden tab, for one that was paused, or before the tap that it takes.
    if ((document.hidden && muted) || (paused && picture === "playing") || picture === "refused") {
      this.#movedAtMs = this.#aliveAtMs = this.#openedAtMs = nowMs;
      return;
    }
    if (nowMs - this.#movedAtMs > LATE_AFTER_MS) {
      this.#playingSinceMs = null;
      this.#set({ picture: "late" });
    }
    if (this.#retry.isWaiting) return;
    const isStuck = nowMs - Math.max(this.#movedAtMs, this.#openedAtMs) > STUCK_AFTER_MS;
    if (isStuck || nowMs - this.#aliveAtMs > REOPEN_AFTER_MS) this.#fail("again");
  }

  #chosenIndex(): number {
    const { levels, chosenPx } = this.#state;
    return levels.find(({ heightPx }) => heightPx === chosenPx)?.index ?? -1;
  }

  #set(change: Partial<StreamState>): void {
    const next = { ...this.#state, ...change };
    const isSame =
      next.picture === this.#state.picture &&
      next.levels === this.#state.levels &&
      next.level === this.#state.level &&
      next.chosenPx === this.#state.chosenPx;
    this.#state = next;
    if (!isSame) this.onChange(next);
  }
}
