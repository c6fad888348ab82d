import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { confirmWithReason, openAs, query, signIn } from "./lib/people";

const ANCHOR = "+8613900000004";
const VIEWER = "+8613800000017";
const OPERATOR = "+8613700000001";

test("viewers read what a rain is for; an operator takes the right to rain away and gives it back", async ({
  browser,
  page,
}) => {
  test.slow();
  await signIn(page, ANCHOR, "/studio");
  await page.getByTestId("room-title").fill("Umbrellas");
  await page.getByTestId("room-category").selectOption("dance");
  await page.getByTestId("go-live").click();
  await expect(page.getByTestId("on-air")).toBeVisible();
  const { roomId } = await query<{ roomId: string }>(page.request, "room.mine");
  const viewer = await openAs(browser, VIEWER, `/room/${roomId}`);

  const remark = "For all who got wet";
  await page.getByTestId("rain-toggle").click();
  await page.getByTestId("rain-preset-drizzle").click();
  await page.getByTestId("rain-remark").fill(remark);
  await page.getByTestId("rain-durationSeconds").fill("300");
  await page.getByTestId("rain-budgetCoins").fill("300");
  await page.getByTestId("rain-packetCount").fill("30");
  await page.getByTestId("rain-create").click();
  await page.getByTestId("rain-prepare").click();
  await expect(page.getByTestId("rain-stepper")).toHaveAttribute("data-step", "start");
  await expect(page.getByTestId("rain-facts")).toContainText(remark);
  await page.getByTestId("rain-countdown").getByText("3 s").click();
  await page.getByTestId("rain-start").click();
  await expect(viewer.getByTestId("rain-remark").first()).toHaveText(remark);
  await expect(page.getByTestId("rain-stepper")).toHaveAttribute("data-step", "live");
  await expect(viewer.getByTestId("rain-hud").getByTestId("rain-remark")).toHaveText(remark);
  await page.getByTestId("rain-finish").click();
  await page.getByTestId("rain-finish-confirm").click();
  await expect(page.getByTestId("rain-result")).toBeVisible();

  const { userId } = await query<{ userId: string }>(page.request, "session.me");
  const operator = await openAs(browser, OPERATOR, `/admin/users?userId=${userId}`);
  await operator.getByTestId("restrict-person").click();
  await operator.getByTestId("restriction-kind").selectOption("rains");
  await expectAccessible(operator);
  await confirmWithReason(operator, "too wet");
  const stop = operator.getByTestId("restriction").filter({ hasText: "too wet" });
  await expect(stop).toBeVisible();

  await page.reload();
  await expect(page.getByTestId("my-stop")).toHaveAttribute("data-kind", "rains");
  await expect(page.getByTestId("my-stop")).toContainText("too wet");
  await page.getByTestId("rain-new").click();
  await page.getByTestId("rain-preset-drizzle").click();
  await page.getByTestId("rain-create").click();
  await expect(page.getByTestId("rain-refusal")).toContainText("taken the right to rain");
  await expectAccessible(page);

  await stop.getByTestId("lift-restriction").click();
  await confirmWithReason(operator, "it was a drizzle");
  await page.reload();
  await expect(page.getByTestId("rain-panel")).toBeVisible();
  await expect(page.getByTestId("my-stop")).toHaveCount(0);
  await page.getByTestId("close-room").click();
  await page.getByTestId("close-room-confirm").click();
  await expect(page.getByTestId("go-live-form")).toBeVisible();
  await viewer.context().close();
  await operator.context().close();
});
