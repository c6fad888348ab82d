import type { Browser } from "@playwright/test";
import { countFrames, type Frames, openPage, type Screen, SLOWED, slow, takeInteractions } from "./browser";
import { Hand, type Measured, SETTLE_MS } from "./measured";

const byTestId = (testId: string) => `[data-testid="${testId}"]`;
const HITS = 3;
const TRIES_MAX = 60;
const FILLED_MS = 5_000;

/** Watches a rain fall, then taps packets and the button. */
export async function visitRain(
  browser: Browser,
  screen: Screen,
  url: string,
  viewer: { url: string; cookie: string },
  seconds: number,
  measured: Measured,
): Promise<Frames> {
  const { page, cdp, close } = await openPage(browser, screen, viewer);
  await page.goto(url);
  const shower = page.locator(byTestId("rain-shower"));
  await shower.waitFor({ state: "attached" });
  await page.waitForTimeout(FILLED_MS);
  await slow(cdp, SLOWED);
  const hand = new Hand(page, screen, "rain", measured);
  await hand.rest();
  const frames = await countFrames(browser, page, seconds);
  const box = await shower.boundingBox();
  if (!box) throw new Error("Nothing falls.");
  const ready = page.locator(`${byTestId("rain-grab")}[data-state=ready]`);
  // Where packets are nobody knows but the eyes: the taps that hit count.
  for (let i = 0, hits = 0; hits < HITS; i++) {
    if (i === TRIES_MAX) throw new Error(`Of ${TRIES_MAX} taps into the rain ${hits} hit a packet.`);
    await ready.waitFor();
    await hand.rest(0);
    const [x, y] = [box.x + 40 + ((i * 46) % (box.width - 80)), box.y + box.height * 0.36];
    if (screen.options.hasTouch) await page.touchscreen.tap(x, y);
    else await page.mouse.click(x, y);
    await page.waitForTimeout(SETTLE_MS / 3);
    if ((await ready.count()) > 0) continue;
    hits += 1;
    await page.waitForTimeout(SETTLE_MS / 2);
    measured.add("rain", "tap", "tap a packet", await takeInteractions(page));
  }
  for (let i = 0; i < 2; i++) {
    await ready.waitFor();
    await hand.rest(SETTLE_MS / 3);
    await hand.taps("press the button", byTestId("rain-grab"));
  }
  await close();
  return frames;
}
