import { expect, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { findFirstRoom, mutate, signIn } from "./lib/people";

test("a gift that is refused stops at once: its scene, what waits behind it, and its combo", async ({
  browser,
}) => {
  const [operators, viewers] = [await browser.newContext(), await browser.newContext()];
  const [operator, viewer] = [await operators.newPage(), await viewers.newPage()];
  await signIn(operator, "+8613700000001");
  const giftId = `gone-${uuidv7().slice(-8)}`;
  const created = await mutate(operator.request, "gift.create", {
    giftId,
    nameEn: "Gone gift",
    nameZh: "下架礼物",
    priceCoins: 600,
    effect: "rocket",
  });
  expect(created.refusal).toBeUndefined();
  const { roomId } = await findFirstRoom(viewer.request);
  await signIn(viewer, "+8613800000010", `/room/${roomId}`);
  await viewer.getByTestId(`gift-option-${giftId}`).click();
  // It is taken off while the page still offers it; the server's own refusals wait until the scene is there.
  await mutate(operator.request, "gift.disable", { giftId });
  let refuse = () => {};
  const mayRefuse = new Promise<void>((resolve) => {
    refuse = resolve;
  });
  await viewer.route("**/api/trpc/gift.send**", async (route) => {
    await mayRefuse;
    await route.continue();
  });
  // Three quick taps: one plays, the others wait or are merged with it, and all count in the combo.
  await viewer.getByTestId("gift-send").evaluate((send: HTMLElement) => {
    for (let taps = 0; taps < 3; taps += 1) send.click();
  });
  const playing = viewer.getByTestId("effect-stage").locator("> *");
  await expect(playing).not.toHaveCount(0);

  refuse();
  await expect(viewer.getByTestId("pending-coins")).toHaveCount(0);
  // Not waited for: by themselves the scene and the combo's window would end as well.
  expect(await playing.count()).toBe(0);
  expect(await viewer.getByTestId("combo-button").count()).toBe(0);
  await expect(viewer.getByTestId("gift-failed").first()).toBeVisible();
  await Promise.all([operators.close(), viewers.close()]);
});
