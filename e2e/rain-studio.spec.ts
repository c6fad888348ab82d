import { type Browser, expect, type Page, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { confirmWithReason, mutate, openAs, query, signIn } from "./lib/people";

const VIEWER = "+8613800000018";
const OPERATOR = "+8613700000001";
const PAYING_ANCHOR = "+8613900000002";
const GRANTED_ANCHOR = "+8613900000003";

async function plan(page: Page, budgetCoins: string, packetCount: string): Promise<void> {
  await page.getByTestId("rain-budgetCoins").fill(budgetCoins);
  await page.getByTestId("rain-packetCount").fill(packetCount);
  await page.getByTestId("rain-create").click();
}

async function expectStep(page: Page, step: string): Promise<void> {
  await expect(page.getByTestId("rain-stepper")).toHaveAttribute("data-step", step);
}

interface RoomRain {
  current: { rainId: string; roomId: string; code: string } | null;
}
interface Me {
  userId: string;
  nickname: string;
}
interface Balance {
  balanceCoins: number;
}

/** Grabs one packet of what falls in a room, as a viewer's client does. */
async function grab(browser: Browser, roomId: string, claimId: string): Promise<number> {
  const viewer = await openAs(browser, VIEWER, `/room/${roomId}`);
  const { current } = await query<RoomRain>(viewer.request, "rain.current", { roomId });
  const claim = { code: current?.code, roomId, claimId };
  const { data } = await mutate<{ coins: number }>(viewer.request, "rain.claim", claim);
  return data?.coins ?? 0;
}

test.describe("in dark", () => {
  test.use({ colorScheme: "dark" });

  test("an anchor plans, prepares, starts and finishes a rain; the rest comes back", async ({
    browser,
    page,
  }) => {
    // Two people and the whole life of a rain.
    test.slow();
    await signIn(page, PAYING_ANCHOR, "/studio");
    const balance = async () => (await query<Balance>(page.request, "wallet.balance")).balanceCoins;
    const before = await balance();
    await page.getByTestId("rain-toggle").click();
    await page.getByTestId("rain-preset-drizzle").click();
    await expect(page.getByTestId("rain-average")).toContainText("20 on average");
    await page.getByTestId("rain-budgetCoins").fill(String(before + 700));
    await expect(page.getByTestId("rain-too-poor")).toContainText("700");
    await expectAccessible(page);
    await page.getByTestId("rain-durationSeconds").fill("300");
    await plan(page, "29", "30");
    await expect(page.getByTestId("rain-form")).toContainText("At least 30 coins");
    await plan(page, "300", "30");
    await expectStep(page, "prepare");
    await page.reload();
    await expectStep(page, "prepare");
    await page.getByTestId("rain-prepare").dblclick();
    await expectStep(page, "start");
    expect(await balance()).toBe(before - 300);
    await expectAccessible(page);

    await page.getByTestId("rain-countdown").getByText("3 s").click();
    await page.getByTestId("rain-start").click();
    await expect(page.getByTestId("rain-starts-in")).toBeVisible();
    await expectStep(page, "live");
    await page.reload();
    await expectStep(page, "live");
    await expect(page.getByTestId("rain-time-left")).toContainText(":");
    const { items } = await query<{ items: { roomId: string }[] }>(page.request, "rain.mine");
    const coins = await grab(browser, items[0]?.roomId ?? "", "0197f1a0-0000-7000-8000-000000000001");
    expect(coins).toBeGreaterThan(0);
    await expect(page.getByTestId("rain-claimed")).toHaveText("1 / 30");
    await expect(page.getByTestId("rain-luckiest").getByRole("listitem")).toHaveCount(1);
    await expectAccessible(page);

    await page.getByTestId("rain-finish").click();
    await page.getByTestId("rain-finish-confirm").click();
    await expect(page.getByTestId("rain-result")).toHaveAttribute("data-reason", "finished");
    await expect(page.getByTestId("rain-refunded")).toHaveAttribute("data-coins", String(300 - coins));
    expect(await balance()).toBe(before - coins);
    await page.reload();
    await expect(page.getByTestId("rain-result")).toBeVisible();
    await expect(page.getByTestId("rain-history-row")).toHaveCount(1);
    await expectAccessible(page);
  });
});

test.describe("in light", () => {
  test.use({ colorScheme: "light" });

  test("an operator grants a rain, stops it, and lowers the limits", async ({ browser, page }) => {
    test.slow();
    await signIn(page, OPERATOR, "/admin/rains");
    const studio = await openAs(browser, GRANTED_ANCHOR, "/studio");
    const { userId, nickname } = await query<Me>(studio.request, "session.me");
    await page.getByTestId("give-grant").click();
    await page.getByTestId("grant-anchor").fill(userId);
    await page.getByRole("option", { name: nickname }).click();
    await page.getByTestId("grant-coins").fill("500");
    await expectAccessible(page);
    await confirmWithReason(page, "spring party");
    await expect(page.getByTestId("grant-row").first()).toContainText("spring party");

    await studio.reload();
    await studio.getByTestId("rain-toggle").click();
    await studio.getByTestId("rain-payer-promotion").click();
    await plan(studio, "500", "5");
    await studio.getByTestId("rain-prepare").click();
    await expectStep(studio, "start");
    await studio.getByTestId("rain-countdown").getByText("None").click();
    await studio.getByTestId("rain-start").click();
    await expectStep(studio, "live");

    await page.goto(`/admin/rains?status=started&anchorId=${userId}`);
    await page.getByTestId("show-rain").click();
    await expect(page.getByTestId("rain-escrow")).toHaveText("500");
    await expectAccessible(page);
    await page.getByTestId("stop-rain").click();
    await confirmWithReason(page, "wrong hour");
    await expect(page.getByTestId("rain-card")).toHaveAttribute("data-status", "ended");
    await expect(page.getByTestId("rain-refunded")).toHaveText("500");
    await expect(studio.getByTestId("rain-result")).toContainText("Back in the grant");

    const limits = await query<{ budgetCoinsMax: number }>(page.request, "rain.policy");
    await page.getByTestId("rain-policy-change").click();
    await page.getByTestId("policy-input-budgetCoinsMax").fill("400");
    await confirmWithReason(page, "a calm week");
    await expect(page.getByTestId("policy-budgetCoinsMax")).toHaveText("400");
    await studio.getByTestId("rain-new").click();
    // What this page knows of the limits is older than the change: the server says it.
    await studio.getByTestId("rain-payer-promotion").click();
    await plan(studio, "500", "5");
    await expect(studio.getByTestId("rain-form")).toContainText("At most 400 coins");
    await expectStep(studio, "create");
    await mutate(page.request, "rain.setPolicy", { ...limits, reason: "as before" });

    await page.getByTestId("revoke-grant").first().click();
    await confirmWithReason(page, "party over");
    await expect(page.getByTestId("grant-row").first()).toHaveAttribute("data-state", "revoked");
  });
});
