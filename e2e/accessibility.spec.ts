import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { findFirstRoom, signIn } from "./lib/people";

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    // The library's empty corners for notifications carry a label without a role; nothing is in them here.
    .exclude(".mantine-Notifications-root")
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
    .analyze();
  const serious = violations.filter((v) => v.impact === "serious" || v.impact === "critical");
  expect(serious.map((v) => ({ rule: v.id, at: v.nodes.map((n) => n.target.join(" ")) }))).toEqual([]);
}

for (const colorScheme of ["dark", "light"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("lobby, sign-in and room", async ({ page }) => {
      const { roomId } = await findFirstRoom(page.request);
      await page.goto("/");
      await expect(page.getByTestId("room-card").first()).toBeVisible();
      await expectAccessible(page);
      await page.goto("/login");
      await expect(page.getByTestId("phone-input")).toBeVisible();
      await expectAccessible(page);
      await page.goto(`/room/${roomId}`);
      await expect(page.getByTestId("gift-option-rocket")).toBeVisible();
      await expectAccessible(page);
    });

    test("wallet and studio", async ({ page }) => {
      await signIn(page, "+8613900000002", "/wallet");
      await expect(page.getByTestId("wallet-balance")).toBeVisible();
      await expectAccessible(page);
      await page.goto("/studio");
      await expect(page.getByTestId("earned")).toBeVisible();
      await expectAccessible(page);
    });
  });
}
