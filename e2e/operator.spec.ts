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
  await expect(history).toHaveCount(before + 1);
  await expect(page.getByTestId("reconciliation-state")).toHaveAttribute("data-state", "clean");
  await expect(page.getByTestId("reconciliation-count")).toHaveText("0");
  await expect(page.getByTestId("reconciliation-state")).toContainText("run by an operator");
});

test("for everybody else there is no dashboard", async ({ page }) => {
  await page.goto("/admin/finance");
  await expect(page.getByTestId("not-found")).toBeVisible();
  await signIn(page, "+8613800000020", "/admin");
  await expect(page.getByTestId("not-found")).toBeVisible();
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
      await signIn(page, OPERATOR, "/admin/users");
      for (const place of ["users", "rooms", "approvals", "alarms", "dead-letters", "security"]) {
        await page.goto(`/admin/${place}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expectAccessible(page);
      }
    });
  });
}
