import { expect, test } from "@playwright/test";
import { signIn } from "./lib/people";

test("an anchor ends the stream and goes live again with the same words", async ({ page }) => {
  await signIn(page, "+8613900000003", "/studio");
  // Whoever signs in sees the page from its top, header and all.
  await expect(page.getByTestId("on-air")).toBeVisible();
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  const title = await page.locator("#on-air-title").innerText();

  await page.getByTestId("close-room").click();
  await page.getByTestId("close-room-confirm").click();
  await expect(page.getByTestId("go-live-form")).toBeVisible();

  // The room is found again though it is not among the live ones.
  await page.reload();
  const form = page.getByTestId("go-live-form");
  await expect(form.getByRole("textbox", { name: /title/i })).toHaveValue(title);
  await form.getByTestId("go-live").click();
  await expect(page.locator("#on-air-title")).toHaveText(title);
});
