import { expect, type Page, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { query, signIn } from "./lib/people";

const OPERATOR = "+8613700000001";
const NAME = "ROOM_CHAT_PER_SECOND";

const valueOf = async (page: Page) =>
  (await query<{ items: { name: string; value: string }[] }>(page.request, "ops.settings")).items.find(
    ({ name }) => name === NAME,
  )?.value;

async function change(page: Page, value: string, reason: string): Promise<void> {
  await page.getByTestId("setting-input").fill(value);
  await page.getByTestId("reason").fill(reason);
  await page.getByTestId("reason-confirm").click();
}

test("an operator changes a setting, is refused what makes no sense, and goes back", async ({ page }) => {
  await signIn(page, OPERATOR, "/admin/settings");
  const setting = page.locator(`[data-setting="${NAME}"]`);
  const shown = setting.getByTestId("setting-value");
  await expect(shown).toHaveText("20");
  await expectAccessible(page);

  await setting.getByTestId("setting-change").focus();
  await page.keyboard.press("Enter");
  await change(page, "1000", "everybody wants to be read");
  await expect(page.getByTestId("setting-refused")).toContainText("100");
  await change(page, "40", "everybody wants to be read");
  await expect(page.getByTestId("reason-dialog")).toHaveCount(0);
  await expect(shown).toHaveText("40");
  expect(await valueOf(page)).toBe("40");

  await setting.getByTestId("setting-history-open").click();
  const changes = page.getByTestId("setting-changes");
  await expect(changes).toContainText("everybody wants to be read");
  await setting.getByTestId("setting-change").click();
  await change(page, "30", "a little less");
  await expect(shown).toHaveText("30");

  await page.setViewportSize({ width: 390, height: 844 });
  await expect(changes).toContainText("a little less");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await changes.getByTestId("version-back").first().click();
  await expect(page.getByTestId("setting-input")).toHaveValue("40");
  await page.getByTestId("setting-own").click();
  await page.getByTestId("reason").fill("as the environment says");
  await page.getByTestId("reason-confirm").click();
  await expect(page.getByTestId("reason-dialog")).toHaveCount(0);
  await expect(shown).toHaveText("20");
  await expectAccessible(page);

  // What only a restart changes is listed, and no secret is.
  await page.getByTestId("settings-fixed-open").click();
  await expect(page.locator('[data-setting="AUTH_SECRET"]')).toBeVisible();
  await expect(page.locator('[data-setting="AUTH_SECRET"]')).not.toContainText("downpour-demo");
});
