import { gzipSync } from "node:zlib";
import type { Browser, Page } from "@playwright/test";
import { openLiveDb } from "@/db/client";
import { seedDemo } from "../scripts/seed-demo";
import { startStack } from "../scripts/stack/stack";
import { fundViewers, RAISED_LIMITS, type SignedIn, signInViewers } from "./lib/people";
import { letFall, makeReadyRain, RAISED_RAIN_LIMITS, signInRainyAnchor } from "./lib/rain";
import type { BenchRow } from "./lib/row";
import { trpcGet, trpcPost } from "./lib/trpc";
import { barePage } from "./page/bare-page";
import {
  countFrames,
  type Frames,
  type Interaction,
  launchBrowser,
  openPage,
  readLcpMs,
  SCREENS,
  type Screen,
  SLOWED,
  slow,
  takeInteractions,
} from "./page/browser";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 2);
/** As many packets as a rain shows at most. */
const SPRITES = 40;
/** What a tap starts, as frames and requests, is over before the next one counts. */
const SETTLE_MS = 900;
const JS_KB_MAX = 250;
const LCP_MS_MAX = 1_500;
const INP_MS_MAX = 100;
const FPS_MIN = 60;

/** What was measured of one kind of interaction. */
type Measured = Map<string, Interaction[]>;

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
      let frames: Frames | undefined;
      for (let round = 0; round < ROUNDS; round++) {
        lcpMs.push(await visitRoom(browser, screen, roomUrl(quietRoomId), nextViewer(), measured));
        frames = await watchRain(browser, screen, roomUrl(anchor.roomId), nextViewer(), measured);
      }
      await trpcPost(stack.webUrl, "rain.finish", { rainId: rain.rainId }, anchor.cookie);
      rows.push(...toRows(screen, { measured, lcpMs, frames, floor }));
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

async function press(page: Page, screen: Screen, selector: string): Promise<void> {
  if (screen.options.hasTouch) await page.tap(selector);
  else await page.click(selector);
}

const byTestId = (testId: string) => `[data-testid="${testId}"]`;

/** Chooses and sends gifts and writes to the chat; returns when the largest paint was. */
async function visitRoom(
  browser: Browser,
  screen: Screen,
  url: string,
  viewer: { url: string; cookie: string },
  measured: Measured,
): Promise<number> {
  const { page, cdp, close } = await openPage(browser, screen, viewer);
  await slow(cdp, SLOWED);
  await page.goto(url);
  await page.waitForSelector(`${byTestId("connection")}[data-state=connected]`, { state: "attached" });
  const isPhone = screen.options.hasTouch === true;
  await page.waitForSelector(byTestId(isPhone ? "open-gifts" : "gift-send"));
  await page.waitForTimeout(2 * SETTLE_MS);
  const lcpMs = await readLcpMs(page);
  await takeInteractions(page);
  const doing = async (what: string, act: () => Promise<void>) => {
    await act();
    await page.waitForTimeout(SETTLE_MS);
    measured.set(what, [...(measured.get(what) ?? []), ...(await takeInteractions(page))]);
  };
  const tap = (testId: string) => () => press(page, screen, byTestId(testId));
  const type = (text: string) => () => page.keyboard.type(text, { delay: 120 });

  if (isPhone) await doing("open the gifts", tap("open-gifts"));
  await page.waitForSelector(byTestId("gift-option-hearts"));
  await page.waitForTimeout(SETTLE_MS);
  await doing("choose a gift", tap("gift-option-hearts"));
  await doing("send a gift", tap("gift-send"));
  for (let i = 0; i < 3; i++) await doing("tap the combo", tap("combo-button"));
  await doing("choose a gift", tap("gift-option-rocket"));
  await doing("send a gift", tap("gift-send"));
  if (isPhone) await page.keyboard.press("Escape");
  await page.waitForTimeout(5 * SETTLE_MS);
  await takeInteractions(page);
  await doing("go to the chat", tap("chat-input"));
  await doing("type", type("hello"));
  await doing("send a message", () => page.keyboard.press("Enter"));
  await doing("type", type("again"));
  await doing("send a message", tap("chat-send"));
  await close();
  return lcpMs;
}

/** Watches a rain fall, then taps packets and the button. */
async function watchRain(
  browser: Browser,
  screen: Screen,
  url: string,
  viewer: { url: string; cookie: string },
  measured: Measured,
): Promise<Frames> {
  const { page, cdp, close } = await openPage(browser, screen, viewer);
  await page.goto(url);
  const shower = page.locator(byTestId("rain-shower"));
  await shower.waitFor({ state: "attached" });
  await page.waitForTimeout(5_000);
  await slow(cdp, SLOWED);
  await page.waitForTimeout(SETTLE_MS);
  const frames = await countFrames(browser, page, SECONDS);
  const box = await shower.boundingBox();
  if (!box) throw new Error("Nothing falls.");
  const ready = page.locator(`${byTestId("rain-grab")}[data-state=ready]`);
  // Where packets are nobody knows but the eyes: the taps that hit count.
  for (let i = 0, hits = 0; i < 60 && hits < 3; i++) {
    await ready.waitFor();
    await takeInteractions(page);
    const [x, y] = [box.x + 40 + ((i * 46) % (box.width - 80)), box.y + box.height * 0.36];
    if (screen.options.hasTouch) await page.touchscreen.tap(x, y);
    else await page.mouse.click(x, y);
    await page.waitForTimeout(SETTLE_MS / 3);
    if ((await ready.count()) > 0) continue;
    hits += 1;
    await page.waitForTimeout(SETTLE_MS / 2);
    measured.set("tap a packet", [
      ...(measured.get("tap a packet") ?? []),
      ...(await takeInteractions(page)),
    ]);
  }
  await ready.waitFor();
  await takeInteractions(page);
  await press(page, screen, byTestId("rain-grab"));
  await page.waitForTimeout(SETTLE_MS);
  measured.set("press the button", [
    ...(measured.get("press the button") ?? []),
    ...(await takeInteractions(page)),
  ]);
  await close();
  return frames;
}

function toRows(
  screen: Screen,
  { measured, lcpMs, frames, floor }: { measured: Measured; lcpMs: number[]; frames?: Frames; floor: Floor },
): BenchRow[] {
  const longest = (interactions: readonly Interaction[]) =>
    interactions.reduce<Interaction | null>(
      (worst, one) => (worst && worst.durationMs >= one.durationMs ? worst : one),
      null,
    );
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
  const inp = longest([...measured.values()].flat());
  const kinds = [...measured].map(([what, interactions]) => {
    const worst = longest(interactions);
    const parts = worst
      ? ` (${Math.round(worst.delayMs)} + ${Math.round(worst.processingMs)} + ${Math.round(worst.presentationMs)})`
      : "";
    // Below 16 ms the browser reports nothing.
    return `${what} ${worst?.durationMs ?? "< 16"}${parts}`;
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
    row(
      "interaction to next paint (at most)",
      inp?.durationMs ?? 0,
      INP_MS_MAX,
      "ms",
      longest(floor.interactions)?.durationMs ?? 0,
      `slowest of each kind, as delay + processing + presentation: ${kinds.join("; ")}`,
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
