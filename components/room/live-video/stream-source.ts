import type Hls from "hls.js";
import type { ErrorData, HlsConfig, LoaderConfig } from "hls.js";

/** One quality of a stream; `heightPx` is 0 where the playlist does not say. */
export interface StreamLevel {
  index: number;
  heightPx: number;
  bitsPerSecond: number;
}

export interface SourceListener {
  /** It cannot go on. `native` where only the browser itself may be able to play it. */
  onFailed: (how: "again" | "native") => void;
  /** Something new of the stream arrived. */
  onAlive: () => void;
  /** Number of the newest segment that a playlist names, and whether more are announced. */
  onEdge: (edge: number, isLive: boolean) => void;
  onLevels: (levels: StreamLevel[]) => void;
  /** The level that plays now. */
  onLevel: (index: number) => void;
}

/** A stream being played on a video element. */
export interface StreamSource {
  /** Chooses one level; -1 is by itself. */
  chooseLevel: (index: number) => void;
  close: () => void;
}

const loader = (maxNumRetry: number): { default: LoaderConfig } => ({
  default: {
    maxTimeToFirstByteMs: 10_000,
    maxLoadTimeMs: 30_000,
    timeoutRetry: maxNumRetry > 0 ? { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 } : null,
    errorRetry: maxNumRetry > 0 ? { maxNumRetry, retryDelayMs: 1_000, maxRetryDelayMs: 4_000 } : null,
  },
});

/** What fails for longer than a moment is opened anew by whoever plays it, ever more rarely; here it is a hiccup only. */
const CONFIG: Partial<HlsConfig> = {
  liveDurationInfinity: true,
  backBufferLength: 30,
  maxLiveSyncPlaybackRate: 1.15,
  manifestLoadPolicy: loader(0),
  playlistLoadPolicy: loader(2),
  fragLoadPolicy: loader(3),
};

/** Codecs that Media Source does not take may still be played by the browser itself. */
const CODEC_ERRORS: ReadonlySet<string> = new Set([
  "manifestIncompatibleCodecsError",
  "bufferAddCodecError",
  "bufferIncompatibleCodecsError",
]);

/** Plays by Media Source. */
export function openHls(
  HlsPlayer: typeof Hls,
  video: HTMLVideoElement,
  url: string,
  listener: SourceListener,
): StreamSource {
  const hls = new HlsPlayer(CONFIG);
  let isClosed = false;
  const { Events } = HlsPlayer;
  hls.on(Events.ERROR, (_event, data) => {
    if (!data.fatal) return;
    void whoElse(url, data).then((how) => {
      if (!isClosed) listener.onFailed(how);
    });
  });
  hls.on(Events.MANIFEST_PARSED, () =>
    listener.onLevels(
      hls.levels.map(({ height, bitrate }, index) => ({ index, heightPx: height, bitsPerSecond: bitrate })),
    ),
  );
  hls.on(Events.LEVEL_SWITCHED, (_event, { level }) => listener.onLevel(level));
  hls.on(Events.LEVEL_LOADED, (_event, { details }) => listener.onEdge(details.endSN, details.live));
  hls.on(Events.FRAG_BUFFERED, () => listener.onAlive());
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    chooseLevel: (index) => {
      hls.nextLevel = index;
    },
    close: () => {
      isClosed = true;
      hls.destroy();
    },
  };
}

/** Plays by the browser itself. What it really can is only known once it has tried. */
export function openNative(video: HTMLVideoElement, url: string, listener: SourceListener): StreamSource {
  const fail = () => listener.onFailed("again");
  const alive = () => listener.onAlive();
  video.addEventListener("error", fail);
  video.addEventListener("progress", alive);
  video.src = url;
  return {
    chooseLevel: () => {},
    close: () => {
      video.removeEventListener("error", fail);
      video.removeEventListener("progress", alive);
      video.removeAttribute("src");
      video.load();
    },
  };
}

/**
 * Whether the browser itself may play what Media Source cannot: a codec, or a server that lets no script read (it answers,
 * though not to us; one that is away does not answer at all).
 */
async function whoElse(url: string, error: ErrorData): Promise<"again" | "native"> {
  const details: string = error.details;
  if (CODEC_ERRORS.has(details)) return "native";
  if (details !== "manifestLoadError" || error.response?.code !== 0) return "again";
  try {
    await fetch(url, { method: "HEAD" });
    return "again";
  } catch {
    return await fetch(url, { method: "HEAD", mode: "no-cors" }).then(
      () => "native",
      () => "again",
    );
  }
}
