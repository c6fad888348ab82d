import { gzipSync } from "node:zlib";
import type { Browser } from "@playwright/test";
import { openLiveDb } from "@/db/client";
import { seedDemo } from "../scripts/seed-demo";
import { startStack } from "../scripts/stack/stack";
import { fundViewers, RAISED_LIMITS, type SignedIn, signInViewers } from "./lib/people";
import { letFall, makeReadyRain, RAISED_RAIN_LIMITS, signInRainyAnchor } from "./lib/rain";
import { type BenchRow, median } from "./lib/row";
import { trpcGet, trpcPost } from "./lib/trpc";
import { barePage } from "./page/bare-page";
import {
  countFrames,
  type Frames,
  type Interaction,
  launchBrowser,
  openPage,
  SCREENS,
  type Screen,
  SLOWED,
  slow,
  takeInteractions,
} from "./page/browser";
import {
  type Measured,
  press,
  SETTLE_MS,
  type Surface,
  visitRoom,
  visitStudio,
  watchRain,
} from "./page/visits";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 2);
/** As many packets as a rain shows at most. */
const SPRITES = 40;
const JS_KB_MAX = 250;
const LCP_MS_MAX = 1_500;
/** Of what the bare page takes in the same run. */
const INP_RATIO_MAX = 1.3;
const FPS_MIN = 60;
/** The night stage has seven; the rest is what lies over it. */
const LAYERS_MAX = 20;

/**
 * The room page of a signed-in viewer in a browser without a graphics processor, its thread slowed four times: JavaScript of
 * the first load, the largest paint, every kind of interaction, and the frames of a red-packet rain. Held fixed: Chromium
 * as the browser tests start it, a desk and a phone, English, dark, motion on; the processes of the room on the same machine.
 */
export async function run(): Promise<BenchRow[]> {
  const stack = await startStack({ env: { ...RAISED_LIMITS, ...RAISED_RAIN_LIMITS, LOG_LEVEL: "warn" } });
  const live = openLiveDb(stack.liveUrl, { poolMax: 2, applicationName: "bench" });
  const browser = await launchBrowser();
  try {
    await seedDemo({ liveUrl: stack.liveUrl, financeUrl: stack.financeUrl });
    for (const name of ["push-gateway", "web", "gift-debit", "packet-credit"] as const)
      await stack.start(name);
    const people = await signInViewers(stack.webUrl);
    await fundViewers(live, people);
    const anchor = await signInRainyAnchor(stack.webUrl, live);
    const rooms = await trpcGet<{ items: { roomId: string }[] }>(stack.webUrl, "room.list", { limit: 50 });
    const quietRoomId = rooms.items.find((room) => room.roomId !== anchor.roomId)?.roomId ?? anchor.roomId;
    const roomUrl = (roomId: string) => `${stack.webUrl}/room/${roomId}`;
    const viewers = people.values();
    const nextViewer = (): { url: string; cookie: string } => {
      const { value } = viewers.next() as { value: SignedIn };
      return { url: stack.webUrl, cookie: value.cookie };
    };

    const rows = [await measureScripts(roomUrl(quietRoomId))];
    // The first visit is the server's warm-up.
    await visitRoom(browser, SCREENS[0] as Screen, roomUrl(quietRoomId), nextViewer(), new Map());
    for (const screen of SCREENS) {
      const { rain } = await makeReadyRain(stack.webUrl, anchor, {
        budgetCoins: 10_000,
        packetCount: 10_000,
        claimsPerViewer: 20,
      });
      await letFall(stack.webUrl, anchor, rain.rainId);
      const floor = await measureFloor(browser, screen);
      const measured: Measured = new Map();
      const lcpMs: number[] = [];
      let surface: Surface | undefined;
      let frames: Frames | undefined;
      for (let round = 0; round < ROUNDS; round++) {
        const visit = await visitRoom(browser, screen, roomUrl(quietRoomId), nextViewer(), measured);
        lcpMs.push(visit.lcpMs);
        surface = visit.surface;
        await visitStudio(browser, screen, { url: stack.webUrl, cookie: anchor.cookie }, measured);
        frames = await watchRain(browser, screen, roomUrl(anchor.roomId), nextViewer(), measured);
      }
      await trpcPost(stack.webUrl, "rain.finish", { rainId: rain.rainId }, anchor.cookie);
      rows.push(...toRows(screen, { measured, lcpMs, surface, frames, floor }));
    }
    return rows;
  } finally {
    await browser.close();
    await live.close();
    await stack.close();
  }
}

async function measureScripts(url: string): Promise<BenchRow> {
  const html = await (await fetch(url)).text();
  // Scripts marked so are for browsers that know no modules; no other loads them.
  const tags = [...html.matchAll(/<script[^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => !/nomodule/i.test(tag));
  const paths = new Set(tags.flatMap((tag) => / src="([^"]+)"/.exec(tag)?.[1] ?? []));
  let bytes = 0;
  for (const path of paths)
    bytes += gzipSync(new Uint8Array(await (await fetch(new URL(path, url))).arrayBuffer())).length;
  return {
    name: "room page, JavaScript of the first load (at most)",
    figure: Math.round(bytes / 1000),
    floor: null,
    ratio: null,
    bar: JS_KB_MAX,
    unit: "kB gzip",
    notes: `${paths.size} files that the page names`,
  };
}

interface Floor {
  frames: Frames;
  interactions: Interaction[];
}

async function measureFloor(browser: Browser, screen: Screen): Promise<Floor> {
  const { page, cdp, close } = await openPage(browser, screen);
  await page.route("http://bare.test/", (route) =>
    route.fulfill({ contentType: "text/html", body: barePage(SPRITES) }),
  );
  await page.goto("http://bare.test/");
  await slow(cdp, SLOWED);
  await page.waitForTimeout(SETTLE_MS);
  const frames = await countFrames(browser, page, SECONDS);
  await takeInteractions(page);
  for (let i = 0; i < 5; i++) {
    await press(page, screen, "button");
    await page.waitForTimeout(SETTLE_MS);
  }
  const interactions = await takeInteractions(page);
  await close();
  return { frames, interactions };
}

interface Result {
  measured: Measured;
  lcpMs: number[];
  surface?: Surface;
  frames?: Frames;
  floor: Floor;
}

/** Below 16 ms the browser reports nothing. */
const UNREPORTED_MS = 16;

const middle = (interactions: readonly Interaction[]) =>
  interactions.length === 0 ? UNREPORTED_MS : median(interactions.map((one) => one.durationMs));

/** The one whose stages stand for all of a kind. */
const middleOne = (interactions: readonly Interaction[]) =>
  interactions.toSorted((a, b) => a.durationMs - b.durationMs)[interactions.length >> 1];

function toRows(screen: Screen, { measured, lcpMs, surface, frames, floor }: Result): BenchRow[] {
  const row = (
    name: string,
    figure: number,
    bar: number,
    unit: string,
    floorFigure: number | null,
    notes: string,
  ) => ({
    name: `room page, ${screen.name}: ${name}`,
    figure: Math.round(figure * 10) / 10,
    floor: floorFigure === null ? null : Math.round(floorFigure * 10) / 10,
    ratio: null,
    bar,
    unit,
    notes,
  });
  const floorMs = middle(floor.interactions);
  const slowestMs = Math.max(...[...measured.values()].map(middle));
  const kinds = [...measured].map(([what, interactions]) => {
    const one = middleOne(interactions);
    if (!one) return `${what} < ${UNREPORTED_MS}`;
    const stages = [one.delayMs, one.processingMs, one.presentationMs].map(Math.round).join(" + ");
    return `${what} ${one.durationMs} (${stages})`;
  });
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  const describe = (f: Frames) =>
    `${percent(f.over20)} over 20 ms, ${percent(f.over34)} over 34 ms, ${f.drawMs.toFixed(1)} ms to draw one`;
  return [
    row(
      "largest paint (at most)",
      Math.max(...lcpMs),
      LCP_MS_MAX,
      "ms",
      null,
      `the later of ${ROUNDS}, slowed ${SLOWED} ×`,
    ),
    {
      ...row(
        "slowest interaction to next paint (at most)",
        slowestMs,
        INP_RATIO_MAX,
        "ms",
        floorMs,
        `medians of each kind, one of them as delay + processing + presentation: ${kinds.join("; ")}`,
      ),
      ratio: slowestMs / floorMs,
    },
    row(
      "layers that are drawn",
      surface?.layers ?? 0,
      LAYERS_MAX,
      "layers",
      null,
      `with the gifts open; ${surface?.nodes ?? 0} nodes`,
    ),
    row(
      "frames of a rain",
      frames?.perSecond ?? 0,
      FPS_MIN,
      "frames/s",
      floor.frames.perSecond,
      `${frames ? describe(frames) : "none"}; floor: ${describe(floor.frames)}`,
    ),
  ];
}
