import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { findFirstRoom, mutate, query, signIn } from "./lib/people";
import { prepareRain, readBalance, readWon, startRain, tapFallingPacket } from "./lib/rains";

const HOUR_MS = 3_600_000;
test.use({ contextOptions: { reducedMotion: "no-preference" } });

test("a planned rain is announced in lobby and room, and a thumb catches a packet", async ({
  page,
  browser,
}) => {
  test.setTimeout(90_000);
  const anchor = await (await browser.newContext()).newPage();
  const { roomId } = await findFirstRoom(anchor.request);
  await signIn(anchor, "+8613900000001", "/wallet");
  const startsAt = new Date(Date.now() + HOUR_MS).toISOString();
  const rainId = await prepareRain(anchor, {
    budgetCoins: 600,
    packetCount: 20,
    durationSeconds: 120,
    startsAt,
  });

  await signIn(page, "+8613800000008", "/");
  const card = page.getByTestId("room-card").and(page.locator(`[data-room-id="${roomId}"]`));
  await expect(card.getByTestId("rain-badge")).toContainText(/59:\d\d/);
  await expectAccessible(page);
  await card.click();
  await expect(page.getByTestId("rain-planned")).toContainText(/59:\d\d/);
  await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected");
  await expectAccessible(page);

  const before = await readBalance(page);
  await startRain(anchor, rainId);
  await tapFallingPacket(page, async (x, y) => await page.touchscreen.tap(x, y));
  const won = await readWon(page);
  await expect.poll(async () => await readBalance(page)).toBe(before + won);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await expectAccessible(page);

  expect((await mutate(anchor.request, "rain.finish", { rainId })).refusal).toBeUndefined();
  await expect(page.getByTestId("rain-my-coins")).toHaveAttribute("data-coins", String(won));
  await expect
    .poll(async () => await query(page.request, "rain.result", { rainId }))
    .toMatchObject({ status: "ended", refundedCoins: 600 - won });
  await anchor.context().close();
});
