import { expect, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { makeSvgaWithSound } from "@/server/testing/svga-files";
import { expectAccessible } from "./lib/accessibility";
import { mutate, signIn } from "./lib/people";

test("an operator enters a gift: a file that cannot be played is refused, one with sound is played and saved", async ({
  page,
  context,
}) => {
  test.slow();
  // Of the context: a worker asks, not the page.
  await context.route("https://effects.example/*.svga", (route) =>
    route.fulfill({
      body: route.request().url().endsWith("/sound.svga") ? makeSvgaWithSound() : "not a file",
      contentType: "application/octet-stream",
      headers: { "access-control-allow-origin": "*" },
    }),
  );
  const giftId = `file-${uuidv7().slice(-8)}`;
  await signIn(page, "+8613700000001", "/admin/gifts");
  await expect(page.getByTestId("gift-row").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId("gift-new").click();
  await page.getByTestId("gift-id").fill(giftId);
  await page.getByTestId("gift-name-en").fill("With sound");
  await page.getByTestId("gift-name-zh").fill("有声");
  await page.getByTestId("reason").fill("new season");

  // An address inside a network is refused by the server, whatever lies there.
  const inside = "https://127.0.0.1/effect.svga";
  await page.getByTestId("gift-file").fill(inside);
  await expect(page.getByTestId("reason-confirm")).toBeDisabled();
  await page.getByTestId("gift-file-check").click();
  await expect(page.getByTestId("gift-file-refusal")).toHaveAttribute("data-reason", "privateAddress");
  await expect(page.getByTestId("reason-confirm")).toBeDisabled();
  // And so it is by whoever goes around the page.
  const facts = { giftId, nameEn: "A", nameZh: "甲", priceCoins: 5, effect: "present", svgaUrl: inside };
  expect((await mutate(page.request, "gift.create", facts)).refusal).toMatchObject({
    name: "GIFT_FILE_REFUSED",
    details: { field: "svgaUrl", reason: "privateAddress" },
  });

  // What the server cannot reach is decided by what plays here.
  await page.getByTestId("gift-file").fill("https://effects.example/broken.svga");
  await page.getByTestId("gift-file-check").click();
  const preview = page.getByTestId("gift-file-preview");
  await expect(preview).toHaveAttribute("data-state", "failed", { timeout: 30_000 });
  await expect(page.getByTestId("gift-file-refusal")).toHaveAttribute("data-reason", /unreachable|tooSlow/);
  await expect(page.getByTestId("reason-confirm")).toBeDisabled();

  await page.getByTestId("gift-file").fill("https://effects.example/sound.svga");
  await page.getByTestId("gift-file-check").click();
  await expect(preview).toHaveAttribute("data-state", "played", { timeout: 30_000 });
  await page.getByTestId("reason-confirm").click();
  await expect(page.getByTestId("reason-dialog")).toHaveCount(0);
  const row = page.locator(`[data-gift-id="${giftId}"]`);
  await expect(row).toContainText("effects.example");

  // The price of what is on its way stays; the gift goes off sale.
  await row.getByTestId("gift-change").click();
  await page.getByTestId("gift-enabled").uncheck({ force: true });
  await page.getByTestId("reason").fill("season is over");
  await page.getByTestId("reason-confirm").click();
  await expect(row).toHaveAttribute("data-enabled", "false");
});
