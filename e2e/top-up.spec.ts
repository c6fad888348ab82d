import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { findFirstRoom, query, signIn, signInNewcomer } from "./lib/people";

interface Order {
  orderId: string;
  status: string;
  coins: number;
  traceId: string;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .exclude(".mantine-Notifications-root")
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
    .analyze();
  expect(violations.map((v) => ({ rule: v.id, at: v.nodes.map((n) => n.target.join(" ")) }))).toEqual([]);
}

test("without coins in a room: top up in the wallet, come back, and the gift is sent", async ({ page }) => {
  // Six pages, and callbacks that take their time.
  test.slow();
  const { roomId } = await findFirstRoom(page.request);
  await signInNewcomer(page, `/room/${roomId}`);
  await page.getByTestId("gift-option-hearts").click();
  await page.getByTestId("gift-send").click();
  // In the room it opens a sheet; whoever follows it elsewhere gets the wallet.
  const wallet = await page.getByTestId("insufficient-coins").getByRole("link").getAttribute("href");
  await page.goto(wallet ?? "");

  // Prices come from the server; the payment page asks for the same.
  await expect(page).toHaveURL(/\/wallet\?room=/);
  await expect(page.getByTestId("product-coins-300")).toContainText("¥30.00");
  await page.getByTestId("product-coins-300").click();
  await expect(page.getByTestId("sandbox-state")).toHaveAttribute("data-state", "open");
  await expect(page.getByTestId("sandbox-pay")).toContainText("¥30.00");
  await page.getByTestId("sandbox-pay").click();

  // The callback comes late, several times and not in order; the page needs no reload.
  await expect(page).toHaveURL(/\/wallet\?order=/);
  await expect(page.getByTestId("recharge-state")).toHaveAttribute("data-status", "paid");
  await expect(page.getByTestId("wallet-balance")).toContainText("300");
  await page.getByTestId("tab-recharges").click();
  await expect(page.getByTestId("recharge-order").first()).toHaveAttribute("data-status", "paid");
  await page.getByTestId("tab-statement").click();
  await expect(page.getByTestId("statement-row").first()).toHaveAttribute("data-type", "recharge");

  await page.getByTestId("back-to-room").click();
  await expect(page).toHaveURL(new RegExp(`/room/${roomId}`));
  await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", "300");
  await page.getByTestId("gift-option-hearts").click();
  await page.getByTestId("gift-send").click();
  await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", "290");
  await expect(page.getByTestId("pending-coins")).toHaveCount(0);
  const { items } = await query<{ items: Order[] }>(page.request, "wallet.orders", {});
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    status: "paid",
    coins: 300,
    traceId: expect.stringMatching(/^[\da-f]{32}$/),
  });
});

test("a declined card, a second try, and a payment that is left", async ({ page }) => {
  await signIn(page, "+8613900000003", "/wallet");
  const before = await query<{ balanceCoins: number }>(page.request, "wallet.balance");
  const after = (before.balanceCoins + 60).toLocaleString("en-US");
  await page.getByTestId("product-coins-60").click();
  await page.getByTestId("sandbox-decline").click();
  await expect(page.getByTestId("sandbox-state")).toHaveAttribute("data-state", "failed");
  // The word that it failed is on its way later than the word that it was paid.
  await page.getByTestId("sandbox-pay").click();
  await expect(page.getByTestId("recharge-state")).toHaveAttribute("data-status", "paid");
  await expect(page.getByTestId("wallet-balance")).toContainText(after);

  await page.getByTestId("product-coins-980").click();
  await page.getByTestId("sandbox-leave").click();
  await expect(page.getByTestId("recharge-state")).toHaveAttribute("data-status", "pending");
  await page.getByTestId("recharge-pay").click();
  await expect(page.getByTestId("sandbox-state")).toHaveAttribute("data-state", "open");
  const { items } = await query<{ items: Order[] }>(page.request, "wallet.orders", {});
  expect(items.map((item) => [item.coins, item.status])).toEqual([
    [980, "pending"],
    [60, "paid"],
  ]);
});

test("a payment that is taken back freezes the wallet, and the page says so", async ({ page, browser }) => {
  await signIn(page, "+8613800000020", "/wallet");
  await page.getByTestId("product-coins-60").click();
  await expect(page.getByTestId("sandbox-state")).toHaveAttribute("data-state", "open");
  const payUrl = page.url();
  await page.getByTestId("sandbox-pay").click();
  await expect(page.getByTestId("recharge-state")).toHaveAttribute("data-status", "paid");
  const walletUrl = page.url();
  await page.goto(payUrl);
  await page.getByTestId("sandbox-charge-back").click();
  await expect(page.getByTestId("sandbox-state")).toHaveAttribute("data-state", "charged_back");
  await page.goto(walletUrl);
  await expect(page.getByTestId("recharge-state")).toHaveAttribute("data-status", "charged_back");
  await page.getByTestId("product-coins-60").click();
  await expect(page.getByTestId("top-up").getByRole("alert")).toContainText(/frozen/);

  const context = await browser.newContext();
  const operator = await context.newPage();
  await signIn(operator, "+8613700000001", "/admin/recharges");
  await operator.getByTestId("recharges-status").selectOption("charged_back");
  const row = operator.getByTestId("recharge-row").first();
  await expect(row).toHaveAttribute("data-status", "charged_back");
  await expect(row).toContainText("frozen");
  await row.getByTestId("recharge-life").click();
  const life = operator.getByTestId("payment-life");
  await expect(life).toHaveAttribute("data-standing", "disputed");
  await expect(operator.getByTestId("life-facts").getByRole("row")).toHaveCount(2);
  await expectAccessible(operator);
  await context.close();
});

for (const colorScheme of ["dark", "light"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });
    test("products, the payment page and what became of it are accessible", async ({ page }) => {
      await signIn(page, "+8613800000018", "/wallet");
      await expect(page.getByTestId("product-coins-60")).toBeVisible();
      await expectAccessible(page);
      await page.getByTestId("product-coins-60").click();
      await expect(page.getByTestId("sandbox-pay")).toBeVisible();
      await expectAccessible(page);
      await page.getByTestId("sandbox-pay").click();
      await expect(page.getByTestId("recharge-state")).toHaveAttribute("data-status", "paid");
      await page.getByTestId("tab-recharges").click();
      await expect(page.getByTestId("recharge-order").first()).toBeVisible();
      await expectAccessible(page);
    });
  });
}

for (const [locale, words] of [
  ["en-US", "No money moves"],
  ["zh-CN", "不会产生真实扣款"],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });
    test("the payment page speaks the browser's language", async ({ page }) => {
      await signIn(page, "+8613800000019", "/wallet");
      await page.getByTestId("product-coins-60").click();
      await expect(page.getByText(words)).toBeVisible();
    });
  });
}
