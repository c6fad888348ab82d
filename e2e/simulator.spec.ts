import { expect, type Page, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { signIn } from "./lib/people";

const OPERATOR = "+8613700000001";
/** A crowd is made, comes and goes again; each step waits for the worker. */
const STEP_MS = 90_000;

async function confirm(page: Page, button: string, fields: Record<string, string> = {}): Promise<void> {
  await page.getByTestId(button).click();
  const dialog = page.getByTestId("reason-dialog");
  for (const [field, value] of Object.entries(fields)) await dialog.getByTestId(field).fill(value);
  await page.getByTestId("reason").fill("a small try");
  await page.getByTestId("reason-confirm").click();
  await expect(dialog).toHaveCount(0);
}

test("an operator makes a crowd, lets it give, changes the rate, stops it and removes it", async ({
  page,
}) => {
  test.setTimeout(6 * STEP_MS);
  await signIn(page, OPERATOR, "/admin/simulator");
  const [crowd, run] = [page.getByTestId("simulator-crowd"), page.getByTestId("simulator-run")];
  await confirm(page, "simulator-prepare", {
    "simulator-anchors": "2",
    "simulator-viewers": "60",
    "simulator-guests": "10",
  });
  await expect(crowd).toHaveText("72 people are there.", { timeout: STEP_MS });
  await confirm(page, "simulator-start", { "simulator-gifts": "5", "simulator-minutes": "10" });
  const rows = page.getByTestId("simulator-samples").getByRole("row");
  await expect.poll(() => rows.count(), { timeout: STEP_MS }).toBeGreaterThan(2);
  await expectAccessible(page);
  await confirm(page, "simulator-rate", { "simulator-gifts": "8" });
  await expect(run).toContainText("8/s");
  await confirm(page, "simulator-stop");
  await expect(run).toContainText("Stopped early", { timeout: STEP_MS });
  const report = page.getByTestId("simulator-report");
  for (const [name, value] of [
    ["Lost", "0"],
    ["Paid twice", "0"],
    ["Audit", "Agrees"],
  ] as const)
    await expect(report.locator("div", { has: page.locator("dt", { hasText: name }) }).first()).toHaveText(
      `${name}${value}`,
    );
  await confirm(page, "simulator-remove");
  await expect(crowd).toHaveText(/no crowd/, { timeout: STEP_MS });
});
