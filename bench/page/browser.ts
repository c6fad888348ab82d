import { existsSync } from "node:fs";
import {
  type Browser,
  type BrowserContextOptions,
  type CDPSession,
  chromium,
  type Page,
} from "@playwright/test";
import { ensureBrowser } from "../../scripts/lib/browser.mjs";

/** The processor is slowed by this much, as the bars of the room page say. */
export const SLOWED = 4;
const CHROMIUM_PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export interface Screen {
  name: string;
  options: BrowserContextOptions;
}

export const SCREENS: readonly Screen[] = [
  { name: "1280 × 800", options: { viewport: { width: 1280, height: 800 } } },
  {
    name: "phone, 390 × 844 at 2",
    options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  },
];

/** Chromium as the browser tests start it, without a graphics processor: what it draws, it computes. */
export async function launchBrowser(): Promise<Browser> {
  if (!ensureBrowser()) throw new Error("There is no browser to measure with.");
  return await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? CHROMIUM_PATHS.find((path) => existsSync(path)),
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
}

export interface MeasuredPage {
  page: Page;
  cdp: CDPSession;
  close: () => Promise<void>;
}

/** A page with the recorder in it, signed in by a cookie. */
export async function openPage(
  browser: Browser,
  screen: Screen,
  signedIn?: { url: string; cookie: string },
): Promise<MeasuredPage> {
  const context = await browser.newContext({ ...screen.options, locale: "en-US", colorScheme: "dark" });
  if (signedIn) {
    const cookies = signedIn.cookie.split("; ").map((pair) => {
      const at = pair.indexOf("=");
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: signedIn.url };
    });
    await context.addCookies(cookies);
  }
  const page = await context.newPage();
  await page.addInitScript(record);
  return { page, cdp: await context.newCDPSession(page), close: () => context.close() };
}

export async function slow(cdp: CDPSession, rate: number): Promise<void> {
  await cdp.send("Emulation.setCPUThrottlingRate", { rate });
}

/** One tap, click or key as web-vitals counts it: from the event to the next frame that was shown. Milliseconds. */
export interface Interaction {
  id: number;
  durationMs: number;
  delayMs: number;
  processingMs: number;
  presentationMs: number;
}

interface Recorder {
  interactions: Interaction[];
  lcpMs: number;
  /** What was painted last as the largest. */
  lcpOf: string;
  layoutShift: number;
}

declare global {
  interface Window {
    recorder: Recorder;
  }
}

/** Runs in the page before anything else. */
function record(): void {
  const recorder: Recorder = { interactions: [], lcpMs: 0, lcpOf: "", layoutShift: 0 };
  window.recorder = recorder;
  new PerformanceObserver((list) => {
    const last = list.getEntries().at(-1) as LargestContentfulPaint | undefined;
    recorder.lcpMs = last?.startTime ?? recorder.lcpMs;
    recorder.lcpOf = `${last?.element?.tagName.toLowerCase()} "${last?.element?.textContent?.trim().slice(0, 24)}"`;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[])
      if (!shift.hadRecentInput) recorder.layoutShift += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEventTiming & { interactionId?: number })[]) {
      if (!entry.interactionId) continue;
      recorder.interactions.push({
        id: entry.interactionId,
        durationMs: entry.duration,
        delayMs: entry.processingStart - entry.startTime,
        processingMs: entry.processingEnd - entry.processingStart,
        presentationMs: entry.startTime + entry.duration - entry.processingEnd,
      });
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
}

export async function readLcpMs(page: Page): Promise<number> {
  return await page.evaluate(() => window.recorder.lcpMs);
}

/** What was recorded since the last call: of each interaction its longest event. */
export async function takeInteractions(page: Page): Promise<Interaction[]> {
  const events = await page.evaluate(() => window.recorder.interactions.splice(0));
  const longest = new Map<number, Interaction>();
  for (const event of events) {
    if ((longest.get(event.id)?.durationMs ?? -1) < event.durationMs) longest.set(event.id, event);
  }
  return [...longest.values()];
}

/** How many layers the page is drawn in now. */
export async function countLayers(cdp: CDPSession): Promise<number> {
  const counted = new Promise<number>((resolve) => {
    cdp.on("LayerTree.layerTreeDidChange", ({ layers }) => {
      if (layers) resolve(layers.filter((layer) => layer.drawsContent).length);
    });
  });
  await cdp.send("LayerTree.enable");
  const layers = await counted;
  await cdp.send("LayerTree.disable");
  return layers;
}

export interface Frames {
  perSecond: number;
  /** The share of frames that came later than 20 and 34 ms after the one before. */
  over20: number;
  over34: number;
  /** What drawing one took the display's thread, at the median. */
  drawMs: number;
}

/** Frames that the display compositor really drew, from a trace: a callback in the page would slow down what it counts. */
export async function countFrames(browser: Browser, page: Page, seconds: number): Promise<Frames> {
  await browser.startTracing(page, { categories: ["viz"] });
  await page.waitForTimeout(seconds * 1000);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: { name: string; ph: string; ts: number; dur?: number }[];
  };
  const draws = trace.traceEvents
    .filter((event) => event.name === "Display::DrawAndSwap" && event.ph === "X")
    .sort((a, b) => a.ts - b.ts);
  const steps = draws.slice(1).map((draw, i) => (draw.ts - (draws[i]?.ts ?? draw.ts)) / 1000);
  const totalMs = steps.reduce((sum, step) => sum + step, 0);
  const drawMs = draws.map((draw) => (draw.dur ?? 0) / 1000).sort((a, b) => a - b);
  const late = (limitMs: number) => steps.filter((step) => step > limitMs).length / Math.max(1, steps.length);
  return {
    perSecond: totalMs === 0 ? 0 : (steps.length / totalMs) * 1000,
    over20: late(20),
    over34: late(34),
    drawMs: drawMs[drawMs.length >> 1] ?? 0,
  };
}
