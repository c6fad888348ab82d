import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { findFirstRoom, signIn } from "./lib/people";

const OPERATOR = "+8613700000001";

test("an operator sees the newest orders at once, narrows them, and keeps the address", async ({
  browser,
  page,
}) => {
  test.slow();
  const viewers = await browser.newContext();
  const viewer = await viewers.newPage();
  const room = await findFirstRoom(page.request);
  await signIn(viewer, "+8613800000015", `/room/${room.roomId}`);
  await viewer.getByTestId("gift-option-hearts").click();
  await viewer.getByTestId("gift-send").click();
  await expect(viewer.getByTestId("pending-coins")).toHaveCount(0);

  await signIn(page, OPERATOR, "/admin/orders");
  const rows = page.getByTestId("order-row");
  await expect(rows.first()).toHaveAttribute("data-status", "settled");
  await expect(rows.first()).toContainText(room.anchor.nickname);
  await expectAccessible(page);

  await page.getByTestId("orders-room").fill(room.anchor.nickname);
  await page.getByTestId("search-submit").click();
  await expect(page.getByTestId("orders-people")).toContainText(room.anchor.nickname);
  await expect(rows.first()).toContainText(room.anchor.nickname);
  await page.getByTestId("orders-gift").selectOption("hearts");
  await expect(page).toHaveURL(/gift=hearts/);
  await expect(rows.first()).toBeVisible();
  // The link is all that somebody else needs.
  await page.reload();
  await expect(page.getByTestId("orders-room")).toHaveValue(room.anchor.nickname);
  await expect(page.getByTestId("orders-gift")).toHaveValue("hearts");
  await expect(rows.first()).toBeVisible();

  await page.getByTestId("orders-viewer").fill("Nobody is called this");
  await page.getByTestId("search-submit").click();
  await expect(page.getByTestId("orders-none")).toBeVisible();
  await page.getByTestId("orders-clear").click();
  await expect(page).toHaveURL(/\/admin\/orders\??$/);
  await page.getByTestId("orders-coins-min").fill("none");
  await page.getByTestId("search-submit").click();
  await expect(page.getByText("This cannot be read.")).toBeVisible();
  await page.getByTestId("orders-clear").click();

  // A row leads to its order, with every id of it.
  const id = (await rows.first().getAttribute("data-order-id")) ?? "";
  await rows.first().getByTestId("order-link").click();
  await expect(rows).toHaveCount(1);
  await expect(page.getByText(id, { exact: true })).toBeVisible();
  await expect(page.getByTestId("refund-order")).toBeVisible();

  // On a phone each order is a card, and nothing is off the edge.
  await page.setViewportSize({ width: 390, height: 844 });
  const box = await page.getByTestId("refund-order").boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= 390).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await viewers.close();
});
