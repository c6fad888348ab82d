import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { query, signIn } from "./lib/people";

const ANCHOR = "+8613900000001";

interface Answer {
  state: string;
  weeks: string[];
}

test("an anchor sees who gave and who watched, week by week, as charts and as tables", async ({ page }) => {
  test.slow();
  await signIn(page, ANCHOR, "/studio");
  // What the demo gave before is counted soon after the start.
  await expect
    .poll(async () => (await query<Answer>(page.request, "analytics.audience")).state, { timeout: 60_000 })
    .toBe("ready");
  const { weeks } = await query<Answer>(page.request, "analytics.audience");
  await page.getByRole("link", { name: "Audience" }).click();
  await page.waitForURL("**/studio/audience");
  await expect(page.getByTestId("audience-totals")).toBeVisible();
  await expect(page.getByTestId("audience-total-givers")).toContainText("+");
  const gender = page.getByTestId("audience-table-gender");
  await expect(gender.getByRole("row").nth(1)).toBeVisible();
  await expect(page.getByTestId("audience-gender").getByRole("img")).toBeVisible();
  await expect(page.getByTestId("audience-trend-table").getByRole("row")).toHaveCount(weeks.length + 1);
  // Nobody is shown in a group that is smaller than five.
  for (const cell of await page.locator('[data-label="People"]').allTextContents()) {
    expect(Number(cell.replaceAll(/\D/g, "")) % 5, cell).toBe(0);
  }
  await expectAccessible(page);

  // By keyboard, and the address is all that somebody else needs.
  await page.getByTestId("audience-side").focus();
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/side=watchers/);
  await expect(page.getByTestId("audience-hour")).toHaveCount(0);
  await page.getByTestId("audience-side").selectOption("givers");
  await page.getByTestId("audience-measure").selectOption("amount");
  await page.getByTestId("audience-week").selectOption(weeks[1] ?? "");
  await expect(page).toHaveURL(new RegExp(`week=${weeks[1]}`));
  await page.reload();
  await expect(page.getByTestId("audience-measure")).toHaveValue("amount");
  await expect(page.getByTestId("audience-week")).toHaveValue(weeks[1] ?? "");
  const csv = await page.request.get((await page.getByTestId("audience-csv").getAttribute("href")) ?? "");
  expect(csv.headers()["content-type"]).toContain("text/csv");
  expect(await csv.text()).toContain(`${weeks[1]},givers,all,all,`);

  // On a phone the tables are cards, and nothing is off the edge.
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(gender).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);
});
