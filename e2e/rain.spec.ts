import { type Browser, type BrowserContextOptions, expect, type Page, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { mutate, query, signIn } from "./lib/people";
import { findRoom, prepareRain, readBalance, readWon, startRain, tapFallingPacket } from "./lib/rains";

async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce", ...options });
  return await context.newPage();
}

async function closeAll(...pages: Page[]): Promise<void> {
  await Promise.all(pages.map(async (page) => await page.context().close()));
}

test("a rain from its countdown to the proof: three viewers grab it all, and each wallet rises by what was shown", async ({
  browser,
}) => {
  test.setTimeout(150_000);
  const [anchor, a, b, guest] = [
    await openPage(browser),
    await openPage(browser, { reducedMotion: "no-preference" }),
    await openPage(browser),
    await openPage(browser),
  ];
  const { roomId } = await findRoom(anchor, "rank");
  await signIn(anchor, "+8613900000002", "/wallet");
  const rainId = await prepareRain(anchor, { budgetCoins: 1_000, packetCount: 3, durationSeconds: 600 });
  await signIn(a, "+8613800000004", `/room/${roomId}`);
  await signIn(b, "+8613800000005", `/room/${roomId}`);
  await guest.goto(`/room/${roomId}`);
  for (const page of [a, b, guest]) {
    await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected");
  }
  const [beforeA, beforeB] = [await readBalance(a), await readBalance(b)];

  await startRain(anchor, rainId, 6);
  await expect(a.getByTestId("rain-countdown")).toContainText("1,000 coins in 3 packets");
  await expect(guest.getByTestId("rain-countdown").getByTestId("rain-sign-in")).toBeVisible();

  // One taps a falling packet, one uses the button; both see at once what they got, and the wallet follows to the coin.
  await tapFallingPacket(a, async (x, y) => await a.mouse.click(x, y));
  const wonA = await readWon(a);
  await b.getByTestId("rain-grab").click();
  const wonB = await readWon(b);
  await expect(a.getByTestId("rain-grab")).toHaveAttribute("data-state", "done");
  await expect(a.getByTestId("balance")).toHaveAttribute("data-coins", String(beforeA + wonA));
  await expect(b.getByTestId("balance")).toHaveAttribute("data-coins", String(beforeB + wonB));

  // What falls has been seen; the two cores are needed for the rest.
  await a.emulateMedia({ reducedMotion: "reduce" });
  await guest.getByTestId("rain-grab").click();
  await expect(guest.getByTestId("sign-in-prompt")).toBeVisible();
  await closeAll(guest);

  // A reload knows what was won.
  await a.reload();
  await expect(a.getByTestId("rain-grab")).toContainText(String(wonA));

  // Somebody comes late and takes the last one.
  const late = await openPage(browser, { colorScheme: "light" });
  await signIn(late, "+8613800000006", `/room/${roomId}`);
  await expect(late.getByTestId("rain-hud")).toHaveAttribute("data-left", "1");
  await expectAccessible(late);
  await late.getByTestId("rain-grab").click();
  for (const page of [a, b, late]) {
    await expect(page.getByTestId("rain-result")).toBeVisible();
    await expect(page.getByTestId("rain-board-row")).toHaveCount(3);
  }
  const wonLate = Number(await late.getByTestId("rain-my-coins").getAttribute("data-coins"));
  expect(wonA + wonB + wonLate).toBe(1_000);
  await expect(a.getByTestId("rain-my-coins")).toHaveAttribute("data-coins", String(wonA));
  await expectAccessible(a);
  await expectAccessible(late);
  await a.getByTestId("rain-close").click();
  await expect(a.getByTestId("rain-result")).toHaveCount(0);

  // Anybody proves it, and the statement has the packet.
  await late.goto(`/rain/${rainId}/verify`);
  await expect(late.getByTestId("rain-verdict")).toHaveAttribute("data-kind", "passed");
  await expect(late.locator("[data-testid^=rain-check-][data-state=passed]")).toHaveCount(7);
  await expect(late.getByTestId("rain-own-packets")).toContainText(String(wonLate));
  await expectAccessible(late);
  await late.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(late);
  await b.goto("/wallet");
  await expect(b.getByTestId("statement-row").first()).toContainText(`+${wonB}`);
  await expect(b.getByTestId("statement-row").first()).toContainText("Red packet");
  await closeAll(anchor, a, b, late);
});

test("by keyboard and without motion, through two lost connections, nothing is lost or got twice", async ({
  browser,
}) => {
  test.setTimeout(90_000);
  const [anchor, viewer] = [await openPage(browser), await openPage(browser)];
  const { roomId } = await findRoom(anchor, "tea");
  await signIn(anchor, "+8613900000003", "/wallet");
  const order = { budgetCoins: 500, packetCount: 50, durationSeconds: 300, claimsPerViewer: 2 };
  const rainId = await prepareRain(anchor, order);
  await signIn(viewer, "+8613800000007", `/room/${roomId}`);
  await expect(viewer.getByTestId("connection")).toHaveAttribute("data-state", "connected");
  const before = await readBalance(viewer);
  await startRain(anchor, rainId);

  const button = viewer.getByTestId("rain-grab");
  await expect(button).toHaveAttribute("data-state", "ready");
  await expect(viewer.getByTestId("rain-shower")).toHaveCount(0);
  await expect(viewer.getByTestId("rain-announcer")).toContainText("Red packets are falling");
  await expectAccessible(viewer);
  await viewer.locator("#main").focus();
  for (let i = 0; i < 20 && !(await button.evaluate((element) => element === document.activeElement)); i++) {
    await viewer.keyboard.press("Tab");
  }
  await expect(button).toBeFocused();
  await viewer.keyboard.press("Enter");
  const first = await readWon(viewer);
  await expect(viewer.getByTestId("rain-announcer")).toContainText(`You got ${first} coin`);
  await expect(button).toHaveAttribute("data-state", "ready");

  // The second tap finds no network: it is kept, and goes on under the same id when the network is back.
  await viewer.context().setOffline(true);
  await viewer.keyboard.press("Enter");
  await expect(button).toContainText("Your tap is kept");
  await viewer.context().setOffline(false);
  await expect(button).toHaveAttribute("data-state", "done");
  await expect.poll(async () => await readBalance(viewer)).toBeGreaterThan(before + first);
  const won = (await readBalance(viewer)) - before;
  await expect(button).toContainText(`${won} coins`);

  // It ends while nobody here can hear it; the way back tells.
  await viewer.context().setOffline(true);
  expect((await mutate(anchor.request, "rain.finish", { rainId })).refusal).toBeUndefined();
  await expect
    .poll(async () => await query(anchor.request, "rain.get", { rainId }))
    .toMatchObject({ status: "ended", claimedCount: 2, claimedCoins: won, refundedCoins: 500 - won });
  await viewer.context().setOffline(false);
  await expect(viewer.getByTestId("rain-my-coins")).toHaveAttribute("data-coins", String(won));
  await expect(viewer.getByTestId("rain-result")).toBeFocused();
  expect(await readBalance(viewer)).toBe(before + won);
  await closeAll(anchor, viewer);
});
