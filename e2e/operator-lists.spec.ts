import { randomInt } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { confirmWithReason, mutate, query, signIn, signInNewcomer } from "./lib/people";

// The lists that operators keep: tags, coin packs, categories, and what rooms say of themselves.

const OPERATOR = "+8613700000001";

async function expectNothingOffTheEdge(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}

test("an operator renames a tag and makes two one; old spellings still lead there", async ({
  browser,
  page,
}) => {
  const word = `misty${randomInt(100_000, 1_000_000)}`;
  const viewer = await (await browser.newContext()).newPage();
  await signInNewcomer(viewer, "/account");
  const tags = [`${word}x`, `${word}y`];
  expect((await mutate(viewer.request, "me.updateProfile", { tags })).refusal).toBeUndefined();

  await signIn(page, OPERATOR, "/admin/tags");
  await expectAccessible(page);
  await page.getByTestId("search-text").fill(word);
  await page.getByTestId("search-submit").click();
  await expect(page).toHaveURL(new RegExp(`q=${word}`));
  const rows = page.getByTestId("tag-row");
  await expect(rows).toHaveCount(2);

  await rows.first().getByTestId("tag-change").click();
  await page.getByTestId("tag-label").fill(`${word}y`);
  await page.getByTestId("reason").fill("spelling");
  await page.getByTestId("reason-confirm").click();
  // Another one is called so.
  await expect(page.getByTestId("reason-dialog")).toBeVisible();
  await page.getByTestId("tag-label").fill(`${word}z`);
  await page.getByTestId("tag-kind").fill("weather");
  await expectAccessible(page);
  await confirmWithReason(page, "spelling");
  await expect(page.locator(`[data-slug="${word}z"]`)).toContainText("weather");

  await page.locator(`[data-slug="${word}y"]`).getByTestId("tag-merge").click();
  await page.getByTestId("tag-into").fill(`${word}z`);
  await page.keyboard.press("Escape");
  await confirmWithReason(page, "the same");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText(`${word}x, ${word}y`);
  const { tags: now } = await query<{ tags: string[] }>(viewer.request, "me.profile");
  expect(now).toEqual([`${word}z`]);
  await expectNothingOffTheEdge(page);
  await viewer.context().close();
});

test("an operator sells a new coin pack, moves it, and takes it off sale", async ({ browser, page }) => {
  const productId = `pack-${randomInt(100_000, 1_000_000)}`;
  await signIn(page, OPERATOR, "/admin/products");
  await expectAccessible(page);
  await page.getByTestId("product-new").click();
  await page.getByTestId("product-id").fill(productId);
  await page.getByTestId("product-coins").fill("77");
  await page.getByTestId("product-price").fill("a lot");
  await page.getByTestId("reason").fill("for a test");
  await expect(page.getByTestId("reason-confirm")).toBeDisabled();
  await page.getByTestId("product-price").fill("7.70");
  await expectAccessible(page);
  await confirmWithReason(page, "for a test");
  const row = page.locator(`[data-product-id="${productId}"]`);
  await expect(row).toHaveAttribute("data-enabled", "true");
  await expect(row).toContainText("7.70");

  const viewer = await (await browser.newContext()).newPage();
  await signInNewcomer(viewer, "/wallet");
  await expect(viewer.getByTestId(`product-${productId}`)).toBeVisible();

  await row.getByTestId("product-change").click();
  await page.getByTestId("product-sort-order").fill("9000");
  await page.getByTestId("product-enabled").click({ force: true });
  await confirmWithReason(page, "the test is over");
  await expect(row).toHaveAttribute("data-enabled", "false");
  await viewer.reload();
  await expect(viewer.getByTestId(/^product-/).first()).toBeVisible();
  await expect(viewer.getByTestId(`product-${productId}`)).toHaveCount(0);
  await expectNothingOffTheEdge(page);
  await viewer.context().close();
});

test("an operator adds a category, gives it to a room, renames and retires it; viewers find the room by it", async ({
  browser,
  page,
}) => {
  test.slow();
  const categoryId = `about-${randomInt(100_000, 1_000_000)}`;
  await signIn(page, OPERATOR, "/admin/categories");
  await expectAccessible(page);
  await page.getByTestId("category-new").click();
  await page.getByTestId("category-id").fill("music");
  await page.getByTestId("category-name-en").fill(`Weather ${categoryId}`);
  await page.getByTestId("category-name-zh").fill("天气");
  await page.getByTestId("reason").fill("asked for");
  await page.getByTestId("reason-confirm").click();
  // That id is taken.
  await expect(page.getByTestId("reason-dialog")).toBeVisible();
  await page.getByTestId("category-id").fill(categoryId);
  await expectAccessible(page);
  await confirmWithReason(page, "asked for");
  const row = page.locator(`[data-category-id="${categoryId}"]`);
  await expect(row).toContainText("天气");

  await page.goto("/admin/rooms");
  const rooms = page.getByTestId("room-row");
  const room = rooms.filter({ hasText: "Late-night piano" });
  const before = await query<{ items: [{ roomId: string; title: string }] }>(page.request, "room.list", {
    search: "piano",
  });
  const [{ roomId, title }] = before.items;
  await room.getByTestId("edit-room").click();
  await expect(page.getByTestId("edit-title")).toHaveValue(title);
  await page.getByTestId("edit-title").fill(`${title} ☂`);
  await page.getByTestId("edit-category").selectOption(categoryId);
  await expectAccessible(page);
  await confirmWithReason(page, "it rains");
  await expect(room).toContainText(`Weather ${categoryId}`);

  const viewer = await (await browser.newContext()).newPage();
  await viewer.goto("/");
  await viewer.getByTestId("lobby-category").selectOption(categoryId);
  await expect(viewer).toHaveURL(new RegExp(`category=${categoryId}`));
  const cards = viewer.getByTestId("room-card");
  await expect(cards).toHaveCount(1);
  await expect(cards.first()).toContainText("☂");
  await expect(cards.first()).toContainText(`Weather ${categoryId}`);
  await expectAccessible(viewer);
  await viewer.goto(`/room/${roomId}`);
  await expect(viewer.getByRole("link", { name: `Weather ${categoryId}` })).toHaveAttribute(
    "href",
    `/?category=${categoryId}`,
  );

  await page.goto("/admin/categories");
  await row.getByTestId("category-change").click();
  await page.getByTestId("category-name-en").fill(`Rain ${categoryId}`);
  await page.getByTestId("category-enabled").click({ force: true });
  await confirmWithReason(page, "nobody else wants it");
  await expect(row).toHaveAttribute("data-enabled", "false");
  await viewer.goto(`/?category=${categoryId}`);
  await expect(cards.first()).toContainText(`Rain ${categoryId}`);
  await expect(viewer.getByTestId("lobby-category").locator("option", { hasText: "Rain" })).toHaveCount(0);

  const undo = { roomId, title, category: "music", reason: "the test is over" };
  expect((await mutate(page.request, "room.edit", undo)).refusal).toBeUndefined();
  await viewer.getByTestId("lobby-category").selectOption("");
  await expect(viewer).toHaveURL(/\/$/);
  await expectNothingOffTheEdge(page);
  await viewer.context().close();
});
