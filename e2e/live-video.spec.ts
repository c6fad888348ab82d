import { type Browser, expect, type Page, test } from "@playwright/test";
import { findFirstRoom, mutate, signIn } from "./lib/people";
import { TinyStream } from "./lib/tiny-stream";

const ANCHOR = "+8613900000001";

/** What the page may wait before it tries again, and what a loaded machine adds. */
const BACK_MS_MAX = 40_000;

async function setStream(browser: Browser, streamUrl: string | null): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, ANCHOR);
  const { roomId } = await findFirstRoom(page.request);
  const { refusal } = await mutate(page.request, "room.updateSettings", { roomId, streamUrl });
  expect(refusal).toBeUndefined();
  await context.close();
  return roomId;
}

const video = (page: Page) => page.getByTestId("live-video").locator("video");
const picture = (page: Page) => page.getByTestId("live-video");

/** Waits until the picture has gone on by a second. */
async function expectMoving(page: Page): Promise<void> {
  await expect(picture(page)).toHaveAttribute("data-picture", "playing", { timeout: BACK_MS_MAX });
  const from = await video(page).evaluate((node: HTMLVideoElement) => node.currentTime);
  await expect
    .poll(() => video(page).evaluate((node: HTMLVideoElement) => node.currentTime), { timeout: BACK_MS_MAX })
    .toBeGreaterThan(from + 1);
}

test.describe("a room with a stream", () => {
  const stream = new TinyStream();
  let roomId = "";
  test.beforeAll(async ({ browser }) => {
    roomId = await setStream(browser, stream.url);
  });
  test.afterAll(async ({ browser }) => {
    await setStream(browser, null);
  });
  test.beforeEach(async ({ context }) => {
    stream.weather = "live";
    await stream.serveTo(context);
  });

  test("it starts silent, sound is one tap away, and the next room remembers it", async ({ page }) => {
    await page.goto(`/room/${roomId}`);
    await expectMoving(page);
    await expect(video(page)).toHaveJSProperty("muted", true);
    await page.getByTestId("tap-for-sound").click();
    await expect(video(page)).toHaveJSProperty("muted", false);
    await expect(page.getByTestId("tap-for-sound")).toHaveCount(0);
    await page.getByTestId("player-volume").fill("30");
    await expect(video(page)).toHaveJSProperty("volume", 0.3);
    await page.keyboard.press("m");
    await expect(video(page)).toHaveJSProperty("muted", true);
    await page.keyboard.press("m");
    await page.reload();
    await expectMoving(page);
    await expect(video(page)).toHaveJSProperty("volume", 0.3);
  });

  test("letters that are typed are letters", async ({ page }) => {
    await signIn(page, "+8613800000007", `/room/${roomId}`);
    await expect(page.getByTestId("player-mute")).toHaveAttribute("data-muted", "true");
    await page.getByTestId("chat-input").fill("");
    await page.getByTestId("chat-input").pressSequentially("mf");
    await expect(page.getByTestId("player-mute")).toHaveAttribute("data-muted", "true");
    expect(await page.evaluate(() => document.fullscreenElement)).toBeNull();
  });

  test("a quality is chosen, and the picture fills the screen with chat and gifts", async ({ page }) => {
    await signIn(page, "+8613800000007", `/room/${roomId}`);
    await expectMoving(page);
    const quality = page.getByTestId("player-quality");
    await expect(quality.locator("option")).toHaveCount(3);
    await quality.selectOption("180");
    await expect(quality).toHaveValue("180");
    await expectMoving(page);
    await page.getByTestId("player-fullscreen").click();
    await expect(page.getByTestId("room")).toHaveAttribute("data-full", "true");
    await expect(page.getByTestId("chat-input")).toBeInViewport();
    await page.getByTestId("open-gifts").click();
    await expect(page.getByTestId("gift-send")).toBeInViewport();
    await page.keyboard.press("Escape");
    await expect(page.getByTestId("gift-send")).toHaveCount(0);
    await page.evaluate(() => document.fullscreenElement && document.exitFullscreen());
    await expect(page.getByTestId("room")).toHaveAttribute("data-full", "false");
    await expectMoving(page);
  });

  test("a stream that comes late plays when it comes; until then it says so over the stage", async ({
    page,
  }) => {
    stream.weather = "away";
    await page.goto(`/room/${roomId}`);
    await expect(page.getByTestId("picture-late")).toBeVisible();
    await expect(picture(page)).toHaveAttribute("data-picture", "late");
    stream.weather = "live";
    await expectMoving(page);
    await expect(page.getByTestId("picture-late")).toHaveCount(0);
  });

  for (const weather of ["away", "still"] as const) {
    test(`a stream that drops (${weather}) is back by itself when it is`, async ({ page }) => {
      test.setTimeout(180_000);
      await page.goto(`/room/${roomId}`);
      await expectMoving(page);
      stream.weather = weather;
      await expect(page.getByTestId("picture-late")).toBeVisible({ timeout: 60_000 });
      stream.weather = "live";
      await expectMoving(page);
      await expect(page.getByTestId("picture-late")).toHaveCount(0);
    });
  }

  test("playlists are asked for as often as they change, and ever more rarely while there are none", async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await page.goto(`/room/${roomId}`);
    await expectMoving(page);
    const from = await video(page).evaluate((node: HTMLVideoElement) => node.currentTime);
    const [startedAtMs, asked] = [Date.now(), stream.askedAtMs.length];
    await expect
      .poll(() => video(page).evaluate((node: HTMLVideoElement) => node.currentTime), { timeout: 60_000 })
      .toBeGreaterThan(from + 10);
    const seconds = (Date.now() - startedAtMs) / 1_000;
    // A new segment comes every two seconds; in between it may be looked for once.
    expect(stream.askedAtMs.length - asked).toBeLessThanOrEqual(seconds + 2);

    stream.weather = "away";
    await page.reload();
    await expect(page.getByTestId("picture-late")).toBeVisible();
    const before = stream.askedAtMs.length;
    await expect.poll(() => stream.askedAtMs.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + 3);
    const pauses = stream.askedAtMs.slice(-4).map((atMs, i, all) => atMs - (all[i - 1] ?? atMs));
    // Each pause is twice the one before, spread by a quarter to both sides.
    expect(Math.min(...pauses.slice(1))).toBeGreaterThan(1_000);
    expect(pauses[3]).toBeGreaterThan(pauses[1] ?? 0);
  });
});
