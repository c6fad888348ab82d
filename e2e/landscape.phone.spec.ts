import { expect, test } from "@playwright/test";
import { findFirstRoom, signIn } from "./lib/people";

for (const [width, height] of [
  [844, 390],
  [667, 375],
  [568, 320],
  [375, 667],
] as const) {
  test(`gifts and the way to send are in sight at ${width} × ${height}, also after the first gift`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height });
    const { roomId } = await findFirstRoom(page.request);
    await signIn(page, "+8613800000008", `/room/${roomId}`);
    await page.getByTestId("open-gifts").click();
    const send = page.getByTestId("gift-send");
    const gift = page.getByTestId("gift-option-hearts");
    await gift.click();
    await send.click();
    await expect(page.getByTestId("combo-button")).toBeVisible();
    for (const [name, control] of Object.entries({
      send,
      gift,
      counts: page.getByTestId("gift-count-1314"),
      otherCount: page.getByTestId("gift-count-free"),
    })) {
      await expect(control, name).toBeInViewport({ ratio: 1 });
    }
    // What is not in sight is reached by scrolling the list, and the list alone.
    const last = page.getByRole("option").last();
    await last.scrollIntoViewIfNeeded();
    await expect(last).toBeInViewport({ ratio: 1 });
    await expect(send).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  });
}
