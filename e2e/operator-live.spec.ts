import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { signIn } from "./lib/people";

const OPERATOR = "+8613700000001";

test("the overview shows what happens now, as charts and tables, and stands still for whoever reads", async ({
  page,
}) => {
  await signIn(page, OPERATOR, "/admin");
  for (const name of ["gifts", "coins", "waiting", "errors", "viewers"]) {
    const card = page.getByTestId(`live-${name}`);
    await expect(card.getByRole("img")).toBeVisible();
    // A head and at least the minute that goes on.
    await expect(page.getByTestId(`live-table-${name}`).getByRole("row").nth(1)).toBeVisible();
  }
  await expectAccessible(page);

  const asks = () => page.waitForResponse((response) => response.url().includes("ops.live") && response.ok());
  await asks();
  const moving = page.getByTestId("live-moving");
  await moving.focus();
  await page.keyboard.press("Space");
  await expect(moving).not.toBeChecked();
  await page.keyboard.press("Space");
  await expect(moving).toBeChecked();
  await asks();

  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByTestId("live-gifts")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
