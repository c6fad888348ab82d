import { expect, type Page, type Route, test } from "@playwright/test";
import { findFirstRoom, signIn } from "./lib/people";

/*
 * Whoever taps quickly taps where a control was a moment ago. So nothing of the panel moves or changes its size, whatever
 * the rest of it shows, and where the combo button was there is nothing that acts.
 */

const VIEWER = "+8613800000010";
const WIDTHS = [
  { width: 900, height: 800 },
  { width: 1_280, height: 800 },
  { width: 390, height: 844 },
  { width: 844, height: 390 },
];
/** Rects of everything that is tapped, by name. */
type Places = Record<string, number[]>;

async function measure(page: Page): Promise<Places> {
  return await page.getByTestId("gift-panel").evaluate((panel) => {
    const places: Record<string, number[]> = {};
    for (const element of panel.querySelectorAll("[data-testid]")) {
      const name = element.getAttribute("data-testid") ?? "";
      if (!/^gift-(send|count|option|anonymous)/.test(name)) continue;
      const { x, y, width, height } = element.getBoundingClientRect();
      places[name] = [x, y, width, height].map(Math.round);
    }
    return places;
  });
}

/** Waits for what moves on purpose: the drawer that rises, a gift that shows off, a button that is pressed. */
async function rest(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForFunction(() => {
    const panel = document.querySelector('[data-testid="gift-panel"]');
    const moving = panel?.closest('[role="dialog"]') ?? panel;
    return moving?.getAnimations({ subtree: true }).every(({ playState }) => playState !== "running");
  });
}

async function expectPlaces(page: Page, places: Places, when: string): Promise<void> {
  await rest(page);
  expect(await measure(page), when).toEqual(places);
}

/** What acts at a point of the page, or nothing. */
async function actingAt(page: Page, [x, y]: [number, number]): Promise<string | null> {
  return await page.evaluate(
    ([left, top]) => {
      const hit = document.elementFromPoint(left, top);
      const acting = hit?.closest('a, button, input, label, [role="option"], [role="button"]');
      return acting?.outerHTML ?? null;
    },
    [x, y] as const,
  );
}

for (const viewport of WIDTHS) {
  test.describe(`at ${viewport.width} × ${viewport.height}`, () => {
    test.use({ viewport });
    test("the gift panel keeps every place before, during and after a combo", async ({ page }) => {
      test.slow();
      const { roomId } = await findFirstRoom(page.request);
      await signIn(page, VIEWER, `/room/${roomId}`);
      await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected");
      const isPhone = viewport.width <= 896;
      if (isPhone) await page.getByTestId("open-gifts").click();
      await page.getByTestId("gift-option-hearts").click();
      await page.getByTestId("gift-count-1").click();
      await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", /^\d+$/);
      await rest(page);
      const before = await measure(page);
      expect(before["gift-send"]?.[3]).toBeGreaterThanOrEqual(40);

      // The gift's answer is held back: coins are on their way for as long as this looks.
      const held: Route[] = [];
      let isHeld = true;
      await page.route("**/api/trpc/gift.send*", async (route) => {
        if (isHeld) held.push(route);
        else await route.continue();
      });
      const send = page.getByTestId("gift-send");
      await send.click();
      const combo = page.getByTestId("combo-button");
      // Its window is short: its place is read at once.
      const box = await combo.boundingBox();
      await expect(page.getByTestId("pending-coins")).toBeVisible();
      await expectPlaces(page, before, "while coins are on their way");
      const place: [number, number] = box ? [box.x + box.width / 2, box.y + box.height / 2] : [0, 0];
      isHeld = false;
      await Promise.all(held.map((route) => route.continue()));
      await expect(page.getByTestId("pending-coins")).toHaveCount(0);

      await expect(combo).toHaveCount(0);
      await expectPlaces(page, before, "after the window");
      expect(await actingAt(page, place)).toBeNull();

      // The server refuses: beyond what it lets anybody give at once it never goes, whatever the page believes.
      await page.route("**/api/trpc/gift.send*", (route) =>
        route.continue({ postData: { ...route.request().postDataJSON(), roomId: crypto.randomUUID() } }),
      );
      await send.click();
      await expect(page.getByTestId("gift-failed")).toBeVisible();
      await expectPlaces(page, before, "during a refusal");
      await expect(combo).toHaveCount(0);
      await page.unroute("**/api/trpc/gift.send*");

      // More than anybody has.
      await page.getByTestId("gift-option-car").click();
      await page.getByTestId("gift-count-1314").click();
      await rest(page);
      const dear = await measure(page);
      await send.click();
      await expect(page.getByTestId("insufficient-coins")).toBeVisible();
      await expectPlaces(page, dear, "while coins are missing");
      expect(await actingAt(page, place)).toBeNull();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    });
  });
}
