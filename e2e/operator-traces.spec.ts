import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { signIn } from "./lib/people";

const OPERATOR = "+8613700000001";

test("an operator follows a gift from its order to settlement, on a desk and on a phone", async ({
  page,
}) => {
  await signIn(page, OPERATOR, "/admin/orders");
  const follow = page
    .locator("[data-testid=order-row][data-status=settled]")
    .getByTestId("trace-follow")
    .first();
  await follow.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/admin\/traces\?q=[\da-f]{32}/);
  for (const step of ["gift.accepted", "gift.queued", "gift.paid"])
    await expect(page.locator(`[data-testid=trace-step][data-step="${step}"]`).first()).toBeVisible();
  await expectAccessible(page);

  const details = page.getByTestId("trace-step").first().locator("summary");
  await details.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("trace-step").first()).toContainText("giftId");

  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  await expectAccessible(page);

  await page.getByTestId("search-text").fill("0000000000000000000000000000000f");
  await page.getByTestId("search-submit").click();
  await expect(page.getByTestId("trace-none")).toBeVisible();
  await page.getByTestId("search-text").fill("nobody's id");
  await page.getByTestId("search-submit").click();
  await expect(page.getByTestId("traces-none")).toBeVisible();
});
