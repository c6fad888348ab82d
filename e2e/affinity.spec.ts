import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { signIn, signInNewcomer } from "./lib/people";

const OPERATOR = "+8613700000001";
/** They have watched the piano room for a month, and nothing else of what is live. */
const FAN = "+8613800000013";

test("somebody's lobby has what they watch first and says why, and lets them look otherwise", async ({
  page,
}) => {
  await signIn(page, FAN, "/");
  const reasons = page.getByTestId("room-reason");
  // What is known of somebody is waited for a moment only; the lobby asks again by itself.
  await expect(reasons.first()).toHaveText("You come back here", { timeout: 30_000 });
  const cards = page.getByTestId("room-card");
  await expect(cards.first()).toContainText("Piano");
  await expect(reasons.filter({ hasText: /Because you watch .Chill/ })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Most watched" }).click();
  await expect(page).toHaveURL(/\/\?sort=viewers$/);
  await expect(reasons).toHaveCount(0);
  await page.goBack();
  await expect(reasons.first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("button", { name: "For you" })).toHaveAttribute("aria-pressed", "true");
});

test.describe("in Chinese", () => {
  test.use({ locale: "zh-CN" });

  test("the reasons are in the reader's language", async ({ page }) => {
    await signIn(page, FAN, "/");
    await expect(page.getByTestId("room-reason").first()).toHaveText("你常来这里", { timeout: 30_000 });
    await expect(page.getByTestId("room-reason").filter({ hasText: "治愈" })).toBeVisible();
  });
});

test("who is signed out has the fullest rooms, and nobody's reasons", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByTestId("room-card").first()).toBeVisible();
  await expect(page.getByTestId("room-reason")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "For you" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Most watched" })).toHaveAttribute("aria-pressed", "true");
});

test("a newcomer is told that nothing is known of them yet", async ({ page }) => {
  await signInNewcomer(page, "/");
  await expect(page.getByTestId("lobby-note")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId("room-reason")).toHaveCount(0);
});

test("somebody switches their own order off, and on again", async ({ page }) => {
  await signInNewcomer(page, "/account");
  const own = page.getByTestId("own-lobby");
  await expect(own).toBeChecked();
  await own.click({ force: true });
  await expect(own).not.toBeChecked();
  await page.goto("/");
  await expect(page.getByTestId("lobby-note")).toContainText("your own order is off", {
    timeout: 30_000,
  });
  await page.getByTestId("lobby-note").getByRole("link").click();
  await expect(page).toHaveURL(/\/account$/);
  await expect(own).not.toBeChecked();
  await own.click({ force: true });
  await expect(own).toBeChecked();
  await page.goto("/");
  await expect(page.getByTestId("lobby-note")).not.toContainText("off");
});

for (const colorScheme of ["dark", "light"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("an operator sees whether affinity is better than popularity, run by run, and what goes together", async ({
      page,
    }) => {
      await signIn(page, OPERATOR, "/admin/analytics");
      await expect(page.getByTestId("affinity-verdict")).toContainText("The lobby goes by affinity");
      const cards = page.getByTestId("affinity-cards");
      await expect(cards.getByRole("row")).toHaveCount(5);
      await expect(page.getByTestId("tag-matrix")).toBeVisible();
      await page.getByTestId("affinity-tag").selectOption({ label: "Piano" });
      await expect(page).toHaveURL(/[?&]tag=piano/);
      await expect(page.getByTestId("tag-matrix").getByRole("rowheader").first()).toHaveText("Piano");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByTestId("affinity-csv").click(),
      ]);
      expect(download.suggestedFilename()).toBe("affinity.csv");
      await expectAccessible(page);
    });
  });
}
