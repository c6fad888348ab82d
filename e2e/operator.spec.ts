import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { signIn } from "./lib/people";

const OPERATOR = "+8613700000001";

test("an operator runs the reconciliation and sees zero", async ({ page }) => {
  await signIn(page, OPERATOR, "/admin");
  await expect(page.getByTestId("key-figures")).toBeVisible();
  await page.getByRole("link", { name: "Finance" }).first().click();
  await page.getByTestId("finance-tab-reconciliation").click();
  const history = page.getByTestId("reconciliation-history").getByRole("listitem");
  // The clock has run it once at the start.
  await expect(history.first()).toBeVisible();
  const before = await history.count();
  await page.getByTestId("reconciliation-run").click();
  await page.getByTestId("reason").fill("The books of today");
  await page.getByTestId("reason-confirm").click();
  await expect(history).toHaveCount(before + 1);
  await expect(page.getByTestId("reconciliation-state")).toHaveAttribute("data-state", "clean");
  await expect(page.getByTestId("reconciliation-count")).toHaveText("0");
  await expect(page.getByTestId("reconciliation-state")).toContainText("run by an operator");
  // Who looks after money has none of it.
  await page.goto("/wallet");
  await expect(page.getByTestId("wallet-operator")).toBeVisible();
  await expect(page.getByTestId("wallet-balance")).toHaveCount(0);
});

test("who is signed out signs in and comes back; who has no right hears it", async ({ page, context }) => {
  await page.goto("/admin/finance?tab=shares");
  await page.waitForURL(`**/login?next=${encodeURIComponent("/admin/finance?tab=shares")}`);
  await signIn(page, "+8613800000020", "/admin");
  await expect(page.getByTestId("operators-only")).toBeVisible();
  // Another tab of the same browser is signed out together with this one.
  const other = await context.newPage();
  await other.goto("/wallet");
  await expect(other.getByTestId("my-nickname")).toBeVisible();
  // And a third, whose scripts come later than that.
  const late = await context.newPage();
  let letRun = () => {};
  const mayRun = new Promise<void>((resolve) => {
    letRun = resolve;
  });
  await late.route("**/_next/static/**/*.js", async (route) => {
    await mayRun;
    await route.continue();
  });
  await late.goto("/wallet", { waitUntil: "commit" });
  await expect(late.getByTestId("my-nickname")).toBeVisible();
  await page.getByTestId("sign-out").click();
  await expect(other.getByTestId("my-nickname")).toHaveCount(0);
  await expect(other.getByTestId("sign-in-link")).toBeVisible();
  letRun();
  await expect(late.getByTestId("sign-in-link")).toBeVisible();
  await expect(late.getByTestId("my-nickname")).toHaveCount(0);
});

for (const colorScheme of ["dark", "light"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("the dashboard is accessible", async ({ page }) => {
      await signIn(page, OPERATOR, "/admin");
      await expect(page.getByTestId("key-figures")).toBeVisible();
      await expectAccessible(page);
      await page.goto("/admin/finance?tab=reconciliation");
      await expect(page.getByTestId("reconciliation-state")).toBeVisible();
      await expectAccessible(page);
    });

    test("people, rooms, approvals, alarms, dead letters and security are accessible", async ({ page }) => {
      // Six pages, each looked at in whole.
      test.slow();
      await signIn(page, OPERATOR, "/admin/users");
      for (const place of ["users", "rooms", "approvals", "alarms", "dead-letters", "security"]) {
        await page.goto(`/admin/${place}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expectAccessible(page);
      }
    });
  });
}
