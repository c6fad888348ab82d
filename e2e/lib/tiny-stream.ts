import type { BrowserContext, Route } from "@playwright/test";

/** A square that crosses a coloured field, 160 × 90, VP9 in a fragmented MP4: what describes it, and one fragment of it. */
const INIT = Buffer.from(
  [
    "AAAAJGZ0eXBpc29tAAACAGlzb21pc282aXNvMnZwMDltcDQxAAACt21vb3YAAAB4bXZoZAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAD",
    "6AAAAAAAAAAAAAEAAAEAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAIPdHJhawAAAGh0a2hkAQAAAwAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAQAAAAACgAAAAWgAAAAABn21kaWEAAAAsbWRoZAEAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAB1MAAAAAAAAAAAVcQAAAAAAC1oZGxyAAAAAAAAAAB2aWRlAAAAAAAAAAAAAAAAVmlkZW9IYW5kbGVyAAAA",
    "AT5taW5mAAAAFHZtaGQAAAABAAAAAAAAAAAAAAAlZGluZgAAAB1kcmVmAAAAAAAAAAEAAAANdXJsIAAAAAEAAAAA/XN0YmwAAAAQ",
    "c3RzYwAAAAAAAAAAAAAAEHN0dHMAAAAAAAAAAAAAABRzdHN6AAAAAAAAAAAAAAAAAAAAEHN0Y28AAAAAAAAAAAAAALFzdHNkAAAA",
    "AAAAAAEAAAChdnAwOQAAAAAAAAABAAAAAQAAAAAAAAAAAAAAAACgAFoASAAAAEgAAAAAAAAAAQpWUEMgQ29kaW5nAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAABj//wAAABBwYXNwAAAAAQAAAAEAAAAUYnRydAAAAAAAAAAAAAAAAAAAABR2cGNDAQAAAAAAgQENAQAAAAAA",
    "E2NvbHJuY2x4AAEADQABgAAAAChtdmV4AAAAIHRyZXgAAAAAAAAAAQAAAAEAAAAAAAAAAAAAAAA=",
  ].join(""),
  "base64",
);
const FRAGMENT = Buffer.from(
  [
    "AAAAoG1vb2YAAAAQbWZoZAAAAAAAAAACAAAAiHRyYWYAAAAUdGZoZAACACAAAAABAQEAAAAAABR0ZmR0AQAAAAAAAAAAAHhgAAAA",
    "WHRydW4BAAMFAAAACAAAAKgCAAAAAAAhzwAAAMwAAA2kAAAAcwAAC04AAAB1AAAXRgAAAMMAAAuwAAAAqQAAC7wAAACLAAALsAAA",
    "AGwAAAPnAAAAYwAABIJtZGF0gkmDQlAJ8AWWCDgkHBhOAAIgX2PeOFaWb/n+bKLN7bwfUYSphg4R/u+Ygzb6Tw5Dr2gAAGs6HXrq",
    "j2sg3ETbK4GagStpZiwC6KIl+5aldUe1kG4ibZXAzUCVtLMWAXRRELSGYICyMy/5SBXUEcJPEudMXsnVxLbTv8OGuQ5Tdzu8mLmP",
    "9gyeZFnIVOGMPuKfTyPvmj46ZPeLaXPPEopiYbCGXqCgxkkPbWpLg/HbEX+Q3nyO/yG8yCUbJJFLgHa33f3VXifeiFSC/OQAhgBA",
    "khz8XKAABn0jCmUAAEhWNT1PU9ToX8n6nQv5P1Ohfyfv3MRzo//5nf7Fv8MMHmQAAI8p1EwkW4AAgFlvTaKQgHdIVyrnlk3BofNF",
    "q91inuM3oppRO0zoJhhVEistmF4Dy65DHeQAohOUHv4AH3p2AIYAQJIc/F0AAANwAABIXgbjffjbnWkYHtt77tqc5Hn1ceqMf/99",
    "/zx/FkQ///zcf/zYf/zYfNG90BGvkfzHJhxzkB5kqJBxP6BXoo6Fx1yB69Z+1//sXa/KdMv35Ono1inWcRtfA/AkhjnQIyItnjcn",
    "rVLwAIYAwJKcRE+gAA5+o3OP15QjjplGQDQAAEhehuv+kOYeKW5GbT0faNv/+8Y+R7d////3zf//97T///e0//tP9xLXQhil/Wk+",
    "qfHcJH7+O/R80CoG1NHS6IYc/bicYkyzegJcHqz/uhET30hd5IBERNEPhD1/+VvjkJfS5h4YxiVhnkEw/6FX66keUJA/X7qNMR2o",
    "58d/m4GBuiWuDS+9HLYmX+cSO/1PaEhGcGYK6f/zqmCj+V/J/HF6jVECR2FQ0JMoAIYAQJIc/F0AAANwAABIX/Ov/aL/k3/tF/yb",
    "5VN2fKp/m3yqbs+VT/NvlU3Z8qn///dt//dN//dN+MD/++/54/iyHKIv/7Rf8m/9ov+TfKpuz5VN2fKpuz5VN2fKpuz5VN2f/+6b",
    "/+6b8YHzuf2Z/PE1pAO5ewMoIN9ExKBauIZiTy0oTUajLsTl/zI7Fa5M6JmkexdAUwfgLkWsN20fOidKz9rdAoAHvACGAECSHPxd",
    "AAADcAAASF/5i/8Nf+Gv/DX/hrxe8XvF7/w14veL3i9/4a8XvF7xe//09+k/0nFH/99/zx/FkOKvRz/jb/w1/4a8XvF7xe8XvF7x",
    "e8XvF7xe8XvF7xe/3c+7ilMp/PH8WRDdcOF7Arc/nJKg3/A57VHrMeZIgOp/Nkw2naidIyqy8gNQhgBAkhz8XQAABX6YAAAASF4G",
    "4334251pGB7be+7anOR59XHqjH88tlpX/9Wv9+n+bGWMN60rz8ybkPVGB7bU5yHqjA9tqdaWNp5fv0/zYy3z76/P6Vr6nbzUTKxQ",
    "YXmhVvtYBesrc+UAAe8AhgBAkhz8XQAAA3AAAEhaNjGMYxi7WhvfF2tDe+LtaG948tv/6tf79P82MsYH9a1rWdwY072a0N7NaG9m",
    "tDP979+n+bGW+ffXZ/OFxX7+4X582no9cL+bJhxpX9Gp+ZnAAF4A",
  ].join(""),
  "base64",
);
/** Where in the fragment stand its number, its time, and how long its pictures are shown. */
const [NUMBER_AT, TIME_AT, SAMPLES_AT] = [20, 64, 80];
const TICKS_PER_SECOND = 30_000;
const SEGMENT_SECONDS = 2;
const WINDOW_SEGMENTS = 5;
const HEIGHTS_PX = [90, 180];

function makeSegment(number: number): Buffer {
  const segment = Buffer.from(FRAGMENT);
  segment.writeUInt32BE(number + 1, NUMBER_AT);
  segment.writeBigUInt64BE(BigInt(number * SEGMENT_SECONDS * TICKS_PER_SECOND), TIME_AT);
  const samples = segment.readUInt32BE(SAMPLES_AT + 4);
  const ticks = (SEGMENT_SECONDS * TICKS_PER_SECOND) / samples;
  for (let i = 0; i < samples; i += 1) segment.writeUInt32BE(ticks, SAMPLES_AT + 16 + i * 8);
  return segment;
}

/** `away` answers 404, as an encoder that has not begun; `still` answers without anything new, as one that has died. */
export type StreamWeather = "live" | "away" | "still";

/** A live stream that a test turns on and off. It counts how often it is asked. */
export class TinyStream {
  readonly url = "https://stream.example/live/index.m3u8";
  weather: StreamWeather = "live";
  /** When each playlist was asked for, in epoch milliseconds. */
  readonly askedAtMs: number[] = [];
  readonly #startedAtMs = Date.now();
  #stoodStillAt = 0;

  async serveTo(context: BrowserContext): Promise<void> {
    await context.route("https://stream.example/**", (route) => this.#answer(route));
  }

  #answer(route: Route): Promise<void> {
    const name = new URL(route.request().url()).pathname.split("/").at(-1) ?? "";
    if (name.endsWith(".m3u8")) this.askedAtMs.push(Date.now());
    const headers = { "access-control-allow-origin": "*", "cache-control": "no-store" };
    if (this.weather === "away") return route.fulfill({ status: 404, headers, body: "" });
    if (name === "index.m3u8") return playlist(route, headers, MASTER);
    if (name.endsWith(".m3u8")) return playlist(route, headers, this.#media());
    const body = name === "init.mp4" ? INIT : makeSegment(Number.parseInt(name, 10));
    return route.fulfill({ body, headers, contentType: "video/mp4" });
  }

  #media(): string {
    const newest = Math.floor((Date.now() - this.#startedAtMs) / 1_000 / SEGMENT_SECONDS) + WINDOW_SEGMENTS;
    if (this.weather === "live") this.#stoodStillAt = newest;
    const first = this.#stoodStillAt - WINDOW_SEGMENTS;
    const segments = Array.from(
      { length: WINDOW_SEGMENTS },
      (_, i) => `#EXTINF:${SEGMENT_SECONDS},\n${first + i}.m4s`,
    );
    return [
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      `#EXT-X-TARGETDURATION:${SEGMENT_SECONDS}`,
      `#EXT-X-MEDIA-SEQUENCE:${first}`,
      '#EXT-X-MAP:URI="init.mp4"',
      ...segments,
    ].join("\n");
  }
}

const MASTER = [
  "#EXTM3U",
  ...HEIGHTS_PX.map(
    (height) =>
      `#EXT-X-STREAM-INF:BANDWIDTH=${height * 1_000},RESOLUTION=${(height * 16) / 9}x${height},CODECS="vp09.00.10.08"\n${height}.m3u8`,
  ),
].join("\n");

function playlist(route: Route, headers: Record<string, string>, body: string): Promise<void> {
  return route.fulfill({ body, headers, contentType: "application/vnd.apple.mpegurl" });
}
