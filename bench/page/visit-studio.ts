import type { Browser } from "@playwright/test";
import { openPage, type Screen, SLOWED, slow } from "./browser";
import { Hand, type Measured, SETTLE_MS } from "./measured";

const byTestId = (testId: string) => `[data-testid="${testId}"]`;

/** Unfolds the rains, plans one, looks through the boards and changes a setting back and forth. */
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
  const hand = new Hand(page, screen, "studio", measured);
  await hand.rest(3 * SETTLE_MS);
  const tap = (what: string, testId: string) => hand.taps(what, byTestId(testId));
  // A rain that falls is shown unfolded.
  if (await page.locator(`${byTestId("rain-toggle")}[aria-expanded=false]`).count())
    await tap("unfold the rains", "rain-toggle");
  for (let i = 0; i < 2; i++) {
    await tap("fold the rains", "rain-toggle");
    await tap("unfold the rains", "rain-toggle");
  }
  await tap("plan a rain", "rain-plan-new");
  await page.waitForSelector(byTestId("rain-form"));
  await hand.rest();
  await hand.taps("go to a field", byTestId("rain-budgetCoins"), "focus");
  await hand.types("fill in a field", "12345");
  await tap("choose a preset", "rain-preset-drizzle");
  for (let i = 0; i < 2; i++) {
    await tap("ask before closing the room", "close-room");
    await page.waitForSelector(byTestId("close-room-confirm"));
    await hand.rest();
    await hand.does("key", "go back from it", () => page.keyboard.press("Escape"));
  }
  for (const window of ["day", "week", "day"]) await tap("choose a board", `top-window-${window}`);
  for (let i = 0; i < 2; i++)
    await hand.taps("change a setting", `label:has(${byTestId("guests-may-chat")})`);
  await close();
}
