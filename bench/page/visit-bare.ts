import type { Browser } from "@playwright/test";
import { barePage, type Motion } from "./bare-page";
import { countFrames, type Frames, openPage, type Screen, SLOWED, slow } from "./browser";
import { Hand, type Measured, SETTLE_MS, type Surface } from "./measured";

const TAPS = 5;

/** Does on the bare page what is done on the real one; returns the frames of what moves there. */
export async function visitBare(
  browser: Browser,
  screen: Screen,
  surface: Surface,
  { motion, seconds }: { motion: Motion; seconds: number },
  measured: Measured,
): Promise<Frames | null> {
  const { page, cdp, close } = await openPage(browser, screen);
  await page.route("http://bare.test/", (route) =>
    route.fulfill({ contentType: "text/html", body: barePage(motion) }),
  );
  await page.goto("http://bare.test/");
  await slow(cdp, SLOWED);
  const hand = new Hand(page, screen, surface, measured);
  await hand.rest(2 * SETTLE_MS);
  const frames = seconds > 0 ? await countFrames(browser, page, seconds) : null;
  await hand.rest();
  for (let i = 0; i < TAPS; i++) await hand.taps("bare", "#tap");
  for (let i = 0; i < 2; i++) {
    await hand.taps("bare", "input", "focus");
    await hand.types("bare", "hello");
    await hand.enters("bare");
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await hand.rest();
  }
  await close();
  return frames;
}
