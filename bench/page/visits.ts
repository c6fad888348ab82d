import type { Browser, CDPSession, Page } from "@playwright/test";
import {
  countFrames,
  countLayers,
  type Frames,
  type Interaction,
  openPage,
  readLcpMs,
  type Screen,
  SLOWED,
  slow,
  takeInteractions,
} from "./browser";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
/** What a tap starts, as frames and requests, is over before the next one counts. */
export const SETTLE_MS = 900;

/** What was measured of one kind of interaction. */
export type Measured = Map<string, Interaction[]>;

/** How much there is to put in order for a tap. */
export interface Surface {
  layers: number;
  nodes: number;
}

async function measureSurface(page: Page, cdp: CDPSession): Promise<Surface> {
  return {
    layers: await countLayers(cdp),
    nodes: await page.evaluate(() => document.querySelectorAll("*").length),
  };
}

export async function press(page: Page, screen: Screen, selector: string): Promise<void> {
  if (screen.options.hasTouch) await page.tap(selector);
  else await page.click(selector);
}

const byTestId = (testId: string) => `[data-testid="${testId}"]`;

/** Chooses and sends gifts and writes to the chat; returns when the largest paint was and what there is to draw. */
export async function visitRoom(
  browser: Browser,
  screen: Screen,
  url: string,
  viewer: { url: string; cookie: string },
  measured: Measured,
): Promise<{ lcpMs: number; surface: Surface }> {
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
  const surface = await measureSurface(page, cdp);
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
  return { lcpMs, surface };
}

/** Watches a rain fall, then taps packets and the button. */
export async function watchRain(
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

/** Opens and closes the plan of a rain and looks through the boards. */
export async function visitStudio(
  browser: Browser,
  screen: Screen,
  anchor: { url: string; cookie: string },
  measured: Measured,
): Promise<void> {
  const { page, cdp, close } = await openPage(browser, screen, anchor);
  await slow(cdp, SLOWED);
  await page.goto(`${anchor.url}/studio`);
  await page.waitForSelector(byTestId("top-window-day"));
  await page.waitForTimeout(2 * SETTLE_MS);
  await takeInteractions(page);
  for (const [what, testId] of [
    ["fold the rain", "rain-toggle"],
    ["fold the rain", "rain-toggle"],
    ["choose a board", "top-window-day"],
    ["choose a board", "top-window-week"],
  ] as const) {
    await press(page, screen, byTestId(testId));
    await page.waitForTimeout(SETTLE_MS);
    measured.set(what, [...(measured.get(what) ?? []), ...(await takeInteractions(page))]);
  }
  await close();
}
