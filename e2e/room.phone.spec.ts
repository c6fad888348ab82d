import { expect, test } from "@playwright/test";
import { findFirstRoom, signIn } from "./lib/people";

test("a gift is sent one-handed from the drawer", async ({ page }) => {
  const { roomId } = await findFirstRoom(page.request);
  await signIn(page, "+8613800000003", `/room/${roomId}`);
  await page.getByTestId("open-gifts").click();
  await page.getByTestId("gift-option-hearts").click();
  await page.getByTestId("gift-count-10").click();
  await page.getByTestId("gift-send").click();
  await expect(page.getByTestId("gift-feed-line").first()).toContainText("×10");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});
