import { expect, type Page, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { query, signIn } from "./lib/people";

const OPERATOR = "+8613700000001";
const NAME = "respell-phones";

const jobOf = async (page: Page) =>
  (
    await query<{ items: { name: string; everyMs: number; paused: boolean }[] }>(page.request, "ops.jobs")
  ).items.find(({ name }) => name === NAME);

async function giveReason(page: Page, reason: string): Promise<void> {
  await page.getByTestId("reason").fill(reason);
  await page.getByTestId("reason-confirm").click();
  await expect(page.getByTestId("reason-dialog")).toHaveCount(0);
}

test("an operator changes how often a job runs, pauses it, runs it, and goes back to what it was", async ({
  page,
}) => {
  await signIn(page, OPERATOR, "/admin/jobs");
  const job = page.locator(`[data-job="${NAME}"]`);
  await expect(job.getByTestId("job-every")).toBeVisible();
  await expectAccessible(page);

  // By keyboard: a wrong value is refused with what would be right.
  await job.getByTestId("job-change").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("job-every-unit").selectOption("seconds");
  await page.getByTestId("job-every-count").fill("5");
  await page.getByTestId("reason").fill("too often");
  await expect(page.getByTestId("reason-confirm")).toBeDisabled();
  await page.getByTestId("job-every-unit").selectOption("hours");
  await giveReason(page, "numbers come in by the thousand");
  await expect(job.getByTestId("job-every")).toContainText("5");
  expect((await jobOf(page))?.everyMs).toBe(5 * 3_600_000);

  await job.getByTestId("job-pause").click();
  await giveReason(page, "the table is being repaired");
  await expect(job).toHaveAttribute("data-paused", "true");

  await job.getByTestId("job-run").click();
  await giveReason(page, "once by hand");
  await job.getByTestId("job-history-open").click();
  const runs = page.getByTestId("job-runs");
  await expect(runs.locator("[data-outcome=ok]").first()).toBeVisible();
  const changes = page.getByTestId("job-changes");
  await expect(changes).toContainText("the table is being repaired");
  await expectAccessible(page);

  await page.setViewportSize({ width: 390, height: 844 });
  await expect(changes).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await job.getByTestId("job-pause").click();
  await giveReason(page, "the table is whole again");
  await expect(job).toHaveAttribute("data-paused", "false");
  await job.getByTestId("job-change").click();
  await page.getByTestId("job-every-unit").selectOption("days");
  await page.getByTestId("job-every-count").fill("1");
  await giveReason(page, "as it was");
  expect(await jobOf(page)).toMatchObject({ everyMs: 86_400_000, paused: false });
});
