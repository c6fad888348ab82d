import { type Page, test } from "@playwright/test";
import { PAGES } from "./every-page";
import { expectNothingMoves, recordLayoutShifts } from "./layout-shift";
import { findFirstRoom, signIn } from "./people";

/** Every page keeps places for what comes. Registered once for each kind of screen. */
export function testThatNothingMoves(): void {
  for (const [who, { phoneNumber, paths }] of Object.entries(PAGES)) {
    test(`pages of ${who === "viewer" ? "a" : "an"} ${who} keep places for what comes`, async ({ page }) => {
      test.slow();
      await signIn(page, phoneNumber, "/");
      await recordLayoutShifts(page);
      for (const path of [...paths, ...(who === "viewer" ? [await roomPath(page), "/login"] : [])])
        await expectNothingMoves(page, path);
    });
  }
}

async function roomPath(page: Page): Promise<string> {
  return `/room/${(await findFirstRoom(page.request)).roomId}`;
}
