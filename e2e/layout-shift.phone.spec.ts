import { test } from "@playwright/test";
import { PAGES, TIME_MS_MAX } from "./lib/every-page";
import { expectNothingMoved, recordLayoutShifts } from "./lib/layout-shift";
import { findFirstRoom, signIn } from "./lib/people";
import { untilLoaded } from "./lib/settled";

// On a desk this is looked at together with what pages come with: `first-picture`.
for (const [who, { phoneNumber, paths }] of Object.entries(PAGES)) {
  test(`pages of ${who}s keep places for what comes`, async ({ page }) => {
    test.setTimeout(TIME_MS_MAX);
    await signIn(page, phoneNumber, "/");
    await recordLayoutShifts(page);
    const { roomId } = await findFirstRoom(page.request);
    for (const path of who === "viewer" ? [...paths, `/room/${roomId}`, "/login"] : paths) {
      await page.goto(path);
      await untilLoaded(page);
      await expectNothingMoved(page);
    }
  });
}
