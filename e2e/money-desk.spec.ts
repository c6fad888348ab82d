import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { confirmWithReason, findFirstRoom, openAs, query, signIn } from "./lib/people";

const VIEWER = "+8613800000017";
const OPERATOR = "+8613700000001";
const ANCHOR = "+8613900000001";

interface Order {
  giftOrderId: string;
  status: string;
}

test("a viewer's limit asks at half, an operator refunds, the anchor's earnings say so", async ({
  browser,
  page,
}) => {
  // Three people and most of the money pages.
  test.slow();
  await signIn(page, VIEWER, "/wallet");
  await page.getByTestId("caps-change").click();
  await page.getByTestId("caps-dayCoinsMax").fill("100");
  await page.getByTestId("caps-save").click();
  await expect(page.getByTestId("meter-dayCoinsMax")).toContainText("100");
  await expectAccessible(page);

  // Six gifts of ten coins would be more than half of a hundred: the sixth asks.
  const room = await findFirstRoom(page.request);
  await page.goto(`/room/${room.roomId}`);
  await page.getByTestId("gift-option-hearts").click();
  await page.getByTestId("gift-count-free").fill("5");
  await page.getByTestId("gift-send").click();
  await expect(page.getByTestId("pending-coins")).toHaveCount(0);
  await page.getByTestId("gift-count-1").click();
  await page.getByTestId("gift-send").click();
  await expect(page.getByTestId("spending-question")).toHaveAttribute("data-cap", "day");
  await expectAccessible(page);
  await page.getByTestId("spending-no").click();
  await expect(page.getByTestId("spending-question")).toHaveCount(0);
  await page.getByTestId("gift-send").click();
  await page.getByTestId("spending-yes").click();
  await expect(page.getByTestId("spending-question")).toHaveCount(0);
  const sent = async () =>
    (await query<{ items: Order[] }>(page.request, "gift.history", { side: "sent" })).items;
  await expect.poll(async () => (await sent()).map((order) => order.status)).toEqual(["settled", "settled"]);

  // What is over the limit is refused, and says so.
  await page.getByTestId("gift-count-free").fill("5");
  await page.getByTestId("gift-send").click();
  await expect(page.getByTestId("gift-failed")).toHaveAttribute("data-reason", "SPENDING_CAP_REACHED");

  const [newest] = await sent();
  const { userId } = await query<{ userId: string }>(page.request, "session.me");
  const desk = await openAs(browser, OPERATOR, "/admin/orders");
  await desk.getByTestId("search-text").fill(newest?.giftOrderId ?? "");
  await desk.getByTestId("search-submit").click();
  await desk.getByTestId("refund-order").click();
  await confirmWithReason(desk, "sent by a child");
  await expect(desk.getByTestId("order-row")).toHaveAttribute("data-status", "refunded");
  await expect(desk.getByTestId("refund-row").first()).toContainText("sent by a child");
  await expectAccessible(desk);

  await page.goto("/wallet");
  await page.getByTestId("tab-gifts").click();
  await expect(page.getByTestId("gift-order").first()).toHaveAttribute("data-status", "refunded");
  const csv = await page.request.get("/api/export/statement.csv?type=refund");
  expect((await csv.text()).trimEnd().split("\r\n")).toHaveLength(2);

  const studio = await openAs(browser, ANCHOR, "/studio/earnings");
  await expect(studio.getByTestId("reversal").first()).toBeVisible();
  await expectAccessible(studio);

  // The operator looks at the line, freezes the wallet and lets it go.
  await desk.goto("/admin/finance?tab=settlement");
  await desk.getByTestId("recompute").first().click();
  await expect(desk.getByTestId("recomputed")).toHaveAttribute("data-equal", "true");
  const ranges = desk.getByTestId("recomputed-ranges");
  await ranges.locator("summary").click();
  await expect(ranges).toContainText(/\d+ \/ \d+–\d+/);
  await expect(desk.getByTestId("recomputed-gifts").getByRole("row")).not.toHaveCount(1);
  await expectAccessible(desk);
  await desk.goto(`/admin/wallets?userId=${userId}`);
  await desk.getByTestId("freeze").click();
  await confirmWithReason(desk, "looks stolen");
  await expect(desk.getByTestId("wallet-card")).toHaveAttribute("data-frozen", "true");
  await expect(desk.getByTestId("wallet-actions")).toContainText("looks stolen");
  await expectAccessible(desk);
  await page.goto("/wallet");
  await expect(page.getByTestId("wallet-frozen")).toBeVisible();
  await desk.getByTestId("unfreeze").click();
  await confirmWithReason(desk, "cleared up");
  await expect(desk.getByTestId("wallet-card")).toHaveAttribute("data-frozen", "false");
});

test("an operator plans a share, which cannot begin in the past", async ({ page }) => {
  await signIn(page, OPERATOR, "/admin/finance?tab=shares");
  await page.getByTestId("add-share").click();
  await page.getByTestId("reason-dialog").getByText("The whole platform").click();
  await page.getByTestId("share-percent").fill("55");
  await page.getByTestId("share-from").fill("2020-01-01T12:00");
  await page.getByTestId("reason").fill("test");
  await page.getByTestId("reason-confirm").click();
  await expect(page.getByTestId("reason-dialog").getByRole("alert")).toContainText("past");
  await page.getByTestId("share-from").fill("2999-01-01T12:00");
  await page.getByTestId("reason-confirm").click();
  await expect(page.getByTestId("share-row").first()).toContainText("55");
  await expectAccessible(page);
});
