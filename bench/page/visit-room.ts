import type { Browser, CDPSession, Page } from "@playwright/test";
import { countLayers, openPage, readLcpMs, type Screen, SLOWED, slow } from "./browser";
import { Hand, type Measured, SETTLE_MS } from "./measured";

/** How much there is to put in order for a tap. */
interface Scene {
  layers: number;
  nodes: number;
}

export interface RoomVisit {
  lcpMs: number;
  scene: Scene;
}

const byTestId = (testId: string) => `[data-testid="${testId}"]`;

async function measureScene(page: Page, cdp: CDPSession): Promise<Scene> {
  return {
    layers: await countLayers(cdp),
    nodes: await page.evaluate(() => document.querySelectorAll("*").length),
  };
}

/** Chooses and sends gifts, looks at the board, switches, follows, writes to the chat and looks at the top-up. */
export async function visitRoom(
  browser: Browser,
  screen: Screen,
  url: string,
  viewer: { url: string; cookie: string },
  measured: Measured,
): Promise<RoomVisit> {
  const { page, cdp, close } = await openPage(browser, screen, viewer);
  await slow(cdp, SLOWED);
  await page.goto(url);
  await page.waitForSelector(`${byTestId("connection")}[data-state=connected]`, { state: "attached" });
  const isPhone = screen.options.hasTouch === true;
  await page.waitForSelector(byTestId(isPhone ? "open-gifts" : "gift-send"));
  const hand = new Hand(page, screen, "room", measured);
  await page.waitForTimeout(2 * SETTLE_MS);
  const lcpMs = await readLcpMs(page);
  await hand.rest();
  const scene = await measureScene(page, cdp);
  const tap = (what: string, testId: string) => hand.taps(what, byTestId(testId));

  if (isPhone) await tap("open the gifts", "open-gifts");
  await page.waitForSelector(byTestId("gift-option-hearts"));
  await hand.rest();
  for (const gift of ["hearts", "crown"]) {
    await tap("choose a gift", `gift-option-${gift}`);
    await tap("choose how many", "gift-count-10");
    await tap("choose how many", "gift-count-1");
    await tap("send a gift", "gift-send");
    for (let i = 0; i < 3; i++) await tap("tap the combo", "combo-button");
  }
  if (isPhone) {
    await page.keyboard.press("Escape");
    await hand.rest();
    for (let i = 0; i < 2; i++) await tap("tap the combo over the picture", "combo-button");
  }
  await hand.rest(6 * SETTLE_MS);
  for (let i = 0; i < 2; i++) await tap("switch the flying words", "danmaku-toggle");
  for (let i = 0; i < 2; i++) await tap("change how much is shown", "effects-toggle");
  for (let i = 0; i < 2; i++) await tap("follow and leave the anchor", "follow");
  await tap("open the board", "open-top");
  await page.waitForSelector(byTestId("top-window-week"));
  await tap("choose a board", "top-window-week");
  await tap("choose a board", "top-window-session");
  if (isPhone) await page.keyboard.press("Escape");
  await hand.rest();
  for (const text of ["hello", "again"]) {
    await hand.taps("go to the chat", byTestId("chat-input"), "focus");
    await hand.types("write to the chat", text);
    await hand.enters("send a message by Enter");
    await hand.types("write to the chat", text);
    await tap("send a message", "chat-send");
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await hand.rest();
  }
  if (!isPhone) {
    await hand.taps("open the top-up", 'a[aria-haspopup="dialog"]');
    await page.waitForSelector(byTestId("top-up-sheet"));
    await hand.rest();
    await hand.does("key", "go back from it", () => page.keyboard.press("Escape"));
  }
  await close();
  return { lcpMs, scene };
}
