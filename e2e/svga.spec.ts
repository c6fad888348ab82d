import { expect, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { findFirstRoom, mutate, signIn } from "./lib/people";
import { makeRedSvga } from "./lib/tiny-svga";

test("a gift that names an SVGA file plays it, under the policy of production", async ({ browser }) => {
  const [operators, viewers] = [
    await browser.newContext(),
    await browser.newContext({ reducedMotion: "no-preference" }),
  ];
  await viewers.route("https://effects.example/red.svga", (route) =>
    route.fulfill({
      body: makeRedSvga(64),
      contentType: "application/octet-stream",
      headers: { "access-control-allow-origin": "*" },
    }),
  );
  const [operator, viewer] = [await operators.newPage(), await viewers.newPage()];
  await signIn(operator, "+8613700000001");
  const giftId = `svga-${uuidv7().slice(-8)}`;
  const created = await mutate(operator.request, "gift.create", {
    giftId,
    nameEn: "Red square",
    nameZh: "红方块",
    priceCoins: 600,
    effect: "present",
    svgaUrl: "https://effects.example/red.svga",
  });
  expect(created.refusal).toBeUndefined();

  const { roomId } = await findFirstRoom(viewer.request);
  await signIn(viewer, "+8613800000006", `/room/${roomId}`);
  await viewer.getByTestId(`gift-option-${giftId}`).click();
  await viewer.getByTestId("gift-send").click();
  const canvas = viewer.getByTestId("effect-stage").locator("canvas").first();
  await expect
    .poll(() =>
      canvas.evaluate((node: HTMLCanvasElement) => {
        const pixels = node.getContext("2d")?.getImageData(node.width / 2, node.height / 2, 1, 1).data;
        return pixels ? [...pixels] : [];
      }),
    )
    .toEqual([255, 0, 0, 255]);
  await mutate(operator.request, "gift.disable", { giftId });
  await Promise.all([operators.close(), viewers.close()]);
});
