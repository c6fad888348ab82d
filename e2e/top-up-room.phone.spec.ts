import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { findFirstRoom, signInNewcomer } from "./lib/people";

test("a viewer tops up one-handed, and the room stays", async ({ page }) => {
  test.slow();
  const { roomId } = await findFirstRoom(page.request);
  await signInNewcomer(page, `/room/${roomId}`);
  await page.getByTestId("open-gifts").click();
  await page.getByTestId("gift-option-hearts").click();
  await page.getByTestId("gift-send").click();
  await page.getByTestId("insufficient-coins").getByRole("link").click();
  await page.getByTestId("product-coins-60").click();
  const frame = page.frameLocator('[data-testid="top-up-frame"]');
  await expect(frame.getByTestId("sandbox-pay")).toBeVisible();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await frame.getByTestId("sandbox-pay").click();
  await page.getByTestId("top-up-send").click();
  await expect(page.getByTestId("top-up-sheet")).toHaveCount(0);
  await expect(page.getByTestId("gift-feed-line").first()).toContainText("×1");
  await expect(page).toHaveURL(new RegExp(`/room/${roomId}$`));
});
