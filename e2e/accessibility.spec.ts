import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { findFirstRoom, signIn } from "./lib/people";

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
