import { expect, type FrameLocator, type Page, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { expectAccessible } from "./lib/accessibility";
import { findFirstRoom, mutate, query, signIn, signInNewcomer } from "./lib/people";

interface Order {
  orderId: string;
  status: string;
  coins: number;
}

const listOrders = async (page: Page) =>
  (await query<{ items: Order[] }>(page.request, "wallet.orders", {})).items;
const listSent = async (page: Page) =>
  (await query<{ items: { giftId: string; count: number }[] }>(page.request, "gift.history", {})).items;

const frameOf = (page: Page): FrameLocator => page.frameLocator('[data-testid="top-up-frame"]');
const sheetOf = (page: Page) => page.getByTestId("top-up-sheet");

/** Somebody new wants ten hearts, has no coins, and asks for the way to some. */
async function wantHearts(page: Page): Promise<string> {
  const { roomId } = await findFirstRoom(page.request);
  await signInNewcomer(page, `/room/${roomId}`);
  await page.getByTestId("gift-option-hearts").click();
  await page.getByTestId("gift-count-10").click();
  await page.getByTestId("gift-send").click();
  await page.getByTestId("insufficient-coins").getByRole("link").click();
  await expect(sheetOf(page)).toBeVisible();
  return roomId;
}

/** Three pages in one, and callbacks that take their time. */
test.beforeEach(() => test.slow());

test("a viewer tops up over the picture and sends the gift that was wanted, by a tap", async ({
  page,
  browser,
}) => {
  const roomId = await wantHearts(page);
  await expect(page.getByTestId("top-up-offer")).toContainText("×10");
  await expectAccessible(page);
  await page.getByTestId("product-coins-300").click();
  await expect(frameOf(page).getByTestId("sandbox-pay")).toContainText("¥30.00");

  // The room goes on behind it.
  const context = await browser.newContext();
  const other = await context.newPage();
  await signIn(other, "+8613800000009", `/room/${roomId}`);
  const text = `behind ${uuidv7()}`;
  await mutate(other.request, "chat.send", { roomId, messageId: uuidv7(), text });
  await expect(page.getByTestId("chat-list")).toContainText(text);
  await context.close();

  await frameOf(page).getByTestId("sandbox-pay").click();
  await expect(sheetOf(page)).toHaveAttribute("data-status", "paid");
  await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", "300");
  await expect(page.getByTestId("top-up-send")).toBeEnabled();
  await expectAccessible(page);
  // Coins that arrive send nothing.
  expect(await listSent(page)).toEqual([]);

  await page.getByTestId("top-up-send").click();
  await expect(sheetOf(page)).toHaveCount(0);
  await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", "200");
  await expect(page.getByTestId("pending-coins")).toHaveCount(0);
  await expect(page.getByTestId("insufficient-coins")).toHaveCount(0);
  expect(await listSent(page)).toMatchObject([{ giftId: "hearts", count: 10 }]);
  await expect(page).toHaveURL(new RegExp(`/room/${roomId}$`));
});

test("a declined card is said over the payment page, which takes another try", async ({ page }) => {
  await wantHearts(page);
  await page.getByTestId("product-coins-60").click();
  await frameOf(page).getByTestId("sandbox-decline").click();
  await expect(frameOf(page).getByTestId("sandbox-state")).toHaveAttribute("data-state", "failed");
  await expect(sheetOf(page)).toHaveAttribute("data-status", "failed");
  await expect(page.getByTestId("top-up-said")).toContainText("did not go through");
  await frameOf(page).getByTestId("sandbox-pay").click();
  await expect(sheetOf(page)).toHaveAttribute("data-status", "paid");
  await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", "60");

  // Sixty are not enough for it: what is missing is said, and nothing can be sent.
  await expect(page.getByTestId("top-up-offer")).toContainText("40 coins are missing");
  await expect(page.getByTestId("top-up-send")).toHaveCount(0);
  await page.getByTestId("product-coins-60").click();
  await frameOf(page).getByTestId("sandbox-pay").click();
  await expect(page.getByTestId("top-up-send")).toBeEnabled();
  await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", "120");
});

test("a payment survives a closed window, a reload, leaving it, and the sheet put away", async ({ page }) => {
  await wantHearts(page);
  await page.getByTestId("product-coins-300").click();
  await expect(frameOf(page).getByTestId("sandbox-pay")).toBeVisible();

  const opened = page.waitForEvent("popup");
  await page.getByTestId("top-up-window").click();
  const window = await opened;
  await expect(window.getByTestId("sandbox-pay")).toBeVisible();
  await window.close();
  await expect(page.getByTestId("top-up-window-said")).toContainText("nothing is lost");
  await page.getByTestId("top-up-here").click();
  await expect(frameOf(page).getByTestId("sandbox-pay")).toBeVisible();

  await page.reload();
  await expect(frameOf(page).getByTestId("sandbox-pay")).toBeVisible();
  await expect(page.getByTestId("top-up-offer")).toContainText("×10");

  await frameOf(page).getByTestId("sandbox-leave").click();
  await expect(page.getByTestId("top-up-said")).toContainText("Waiting for the payment");
  await page.getByTestId("top-up-go-on").click();
  await expect(frameOf(page).getByTestId("sandbox-pay")).toBeVisible();

  await page.keyboard.press("Escape");
  await expect(sheetOf(page)).toHaveCount(0);
  await page.getByTestId("gift-panel").getByRole("link", { name: "Top up" }).last().click();
  await expect(frameOf(page).getByTestId("sandbox-pay")).toBeVisible();

  // Another amount leaves it open, and it is offered again.
  await page.getByTestId("top-up-other").click();
  const [order] = await listOrders(page);
  await expect(page.getByTestId("top-up-open-order")).toHaveAttribute("data-order-id", order?.orderId ?? "");
  await page.getByTestId("top-up-open-order").getByRole("button").click();
  const paying = page.waitForEvent("popup");
  await page.getByTestId("top-up-window").click();
  const last = await paying;
  await expect(last.getByTestId("sandbox-pay")).toBeVisible();
  await page.getByRole("button", { name: "Close the top-up" }).click();
  await expect(sheetOf(page)).toHaveCount(0);
  await last.getByTestId("sandbox-pay").click();
  await expect(last).toHaveURL(/\/wallet\?order=/);
  await last.close();

  await page.getByTestId("top-up-arrived").getByRole("button").click();
  await expect(page.getByTestId("top-up-send")).toBeEnabled();
  await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", "300");
  expect(await listOrders(page)).toMatchObject([{ status: "paid", coins: 300 }]);
  expect(await listSent(page)).toEqual([]);
});

test("a network that goes away is said, and the payment goes on when it is back", async ({
  page,
  context,
}) => {
  await wantHearts(page);
  await page.getByTestId("product-coins-300").click();
  await expect(frameOf(page).getByTestId("sandbox-pay")).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByTestId("top-up-offline")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByTestId("top-up-offline")).toHaveCount(0);
  await frameOf(page).getByTestId("sandbox-pay").click();
  await expect(page.getByTestId("top-up-send")).toBeEnabled();
  expect(await listOrders(page)).toMatchObject([{ status: "paid", coins: 300 }]);
});

test("the payment page may be framed by the shop alone", async ({ page }) => {
  await wantHearts(page);
  await page.getByTestId("product-coins-60").click();
  const src = (await page.getByTestId("top-up-frame").getAttribute("src")) ?? "";
  const origin = new URL(page.url()).origin;
  const payment = await page.request.get(src);
  expect(payment.headers()["content-security-policy"]).toContain(`frame-ancestors ${origin}`);
  const room = await page.request.get(page.url());
  expect(room.headers()["content-security-policy"]).toContain(`frame-src 'self' ${new URL(src).origin};`);
  expect(room.headers()["content-security-policy"]).toContain("frame-ancestors 'none'");
});
