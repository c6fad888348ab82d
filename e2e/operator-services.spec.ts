import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { confirmWithReason, signIn } from "./lib/people";

const OPERATOR = "+8613700000001";
const SERVICES = [
  "web",
  "push-gateway",
  "gift-debit",
  "packet-credit",
  "settlement",
  "analytics",
  "scheduler",
];

test("an operator sees what runs where, what it depends on and how calls go, on a desk and on a phone", async ({
  page,
}) => {
  await signIn(page, OPERATOR, "/admin/services");
  for (const name of SERVICES) {
    await expect(
      page.locator(`[data-testid=process-row][data-name=${name}][data-state=ready]`).first(),
    ).toBeVisible();
  }
  const debit = page.locator("[data-testid=service-row][data-name=gift-debit]");
  for (const store of ["redis", "live"]) {
    await expect(debit.locator(`[data-dependency=${store}]`)).toBeVisible();
  }
  await expect(page.getByTestId("call-row").first()).toBeVisible();
  await expectAccessible(page);

  // By keyboard: the details of a process, and back to where one was.
  const open = page
    .locator("[data-testid=process-row][data-name=scheduler]")
    .getByTestId("process-open")
    .first();
  await open.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByTestId("process-dialog");
  await expect(dialog).toContainText("redis");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(open).toBeFocused();

  await page.getByTestId("search-text").fill("debit");
  await page.getByTestId("search-submit").click();
  await expect(page).toHaveURL(/q=debit/);
  await expect(page.locator("[data-testid=process-row]:not([data-name=gift-debit])")).toHaveCount(0);
  await page.getByTestId("services-clear").click();
  await page.getByTestId("services-show").selectOption("living");
  await expect(page).toHaveURL(/show=living/);

  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByTestId("process-row").first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test("an operator sees the rules of alarms and changes one for a reason", async ({ page }) => {
  await signIn(page, OPERATOR, "/admin/alarms");
  const row = page.locator("[data-testid=rule-row][data-metric=logErrorsPerMinute]");
  await expect(page.getByTestId("rule-row")).toHaveCount(12);
  await expect(page.getByTestId("alarm-webhook")).toBeVisible();
  const fill = async (threshold: string, clearAt: string) => {
    await page.getByTestId("rule-threshold").fill(threshold);
    await page.getByTestId("rule-clearAt").fill(clearAt);
  };

  await row.getByTestId("rule-change").click();
  await fill("70", "70");
  await page.getByTestId("reason").fill("a test");
  await expect(page.getByTestId("reason-confirm")).toBeDisabled();
  await fill("70", "20");
  await expectAccessible(page);
  await confirmWithReason(page, "a test");
  await expect(row).toContainText("70");

  await row.getByTestId("rule-change").click();
  await fill("30", "10");
  await confirmWithReason(page, "as it was");
  await expect(row).not.toContainText("70");

  await page.setViewportSize({ width: 320, height: 700 });
  await expect(row).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});
