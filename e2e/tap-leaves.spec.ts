import { expect, type Page, test } from "@playwright/test";
import { findMutated } from "./lib/mutations";
import { findFirstRoom, signIn } from "./lib/people";

/*
 * A tap is answered soon where it changes little. So each changes what it is about and nothing else, and the room with its
 * stage is few nodes in few layers, which are put in order with whatever changes.
 */

const VIEWER = "+8613800000015";
/** Changes by themselves: a clock, a count that others move, and what a screen reader is told of gifts. */
const BY_ITSELF = ["live-badge", "viewer-count", "announcer"];
const NODES_MAX = 650;
const LAYERS_MAX = 20;

async function enter(page: Page): Promise<void> {
  const { roomId } = await findFirstRoom(page.request);
  await signIn(page, VIEWER, `/room/${roomId}`);
  await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected");
  await expect(page.getByTestId("gift-option-hearts")).toBeVisible();
  await expect(page.getByTestId("balance")).toHaveAttribute("data-coins", /^\d+$/);
}

/** Everything that changed is among what may. */
function expectOnly(mutated: readonly string[], allowed: readonly string[]): void {
  expect(mutated.filter((region) => !allowed.includes(region) && !BY_ITSELF.includes(region))).toEqual([]);
}

// The stage moves until it was looked at.
test.use({ contextOptions: { reducedMotion: "no-preference" } });

test("what is tapped and typed changes what it is about, and nothing else of the room", async ({ page }) => {
  test.slow();
  await enter(page);
  await test.step("the room is few nodes in few layers", () => expectFew(page));
  await page.emulateMedia({ reducedMotion: "reduce" });
  await test.step("a key changes the composer, the second one nothing at all", () => typeWords(page));
  await test.step("a message changes the chat", () => sendMessage(page));
  await test.step("a gift that is chosen changes the gifts and what they cost", () => chooseGift(page));
  await test.step("a gift of a combo changes combo, balance, feed and stage", () => addToCombo(page));
});

async function typeWords(page: Page): Promise<void> {
  const input = page.getByTestId("chat-input");
  await input.click();
  const first = await findMutated(page, async () => {
    await page.keyboard.type("h");
    await expect(page.getByTestId("chat-send")).toBeEnabled();
  });
  expectOnly(first, ["chat-input", "chat-send"]);
  const more = await findMutated(page, async () => {
    await page.keyboard.type("ello there");
    await expect(input).toHaveValue("hello there");
  });
  expectOnly(more, []);
  // From here on one sees how much is left.
  const long = await findMutated(page, async () => {
    await input.fill("long ".repeat(33));
    await expect(page.getByTestId("chat-count")).toBeVisible();
  });
  expectOnly(long, ["chat-input", "chat-count"]);
}

async function sendMessage(page: Page): Promise<void> {
  const words = `leaf ${Date.now()}`;
  await page.getByTestId("chat-input").fill(words);
  const mutated = await findMutated(page, async () => {
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("chat-line").filter({ hasText: words })).toHaveAttribute(
      "data-state",
      "sent",
    );
  });
  expectOnly(mutated, ["chat-list", "chat-line", "own-message", "chat-input", "chat-send", "danmaku"]);
}

async function chooseGift(page: Page): Promise<void> {
  await page.getByTestId("gift-option-crown").click();
  await expect(page.getByTestId("gift-option-crown")).toHaveAttribute("aria-selected", "true");
  const mutated = await findMutated(page, async () => {
    await page.getByTestId("gift-option-hearts").click();
    await expect(page.getByTestId("gift-option-hearts")).toHaveAttribute("aria-selected", "true");
  });
  expectOnly(mutated, ["gift-option-crown", "gift-option-hearts", "gift-send"]);
}

/** Of the gift that was just chosen. */
async function addToCombo(page: Page): Promise<void> {
  await page.getByTestId("gift-count-1").click();
  await page.getByTestId("gift-send").click();
  const combo = page.getByTestId("combo-button");
  await expect(combo).toContainText("×1");
  const mutated = await findMutated(page, async () => {
    await combo.click();
    await expect(combo).toContainText("×2");
    await expect(page.getByTestId("gift-feed-line").first()).toContainText("×2");
    await expect(page.getByTestId("pending-coins")).toHaveCount(0);
  });
  expectOnly(mutated, [
    "balance",
    "combo-button",
    "combo-rows",
    "effect-stage",
    "gift-feed",
    "gift-feed-count",
    "gift-feed-line",
    // It was chosen a moment ago, and stops showing off.
    "gift-option-hearts",
    "header-balance",
    "pending-coins",
  ]);
}

async function expectFew(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThanOrEqual(NODES_MAX);
  // What was given before comes in first; then the room rests.
  await page.evaluate(async () => {
    const ends = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });
  const cdp = await page.context().newCDPSession(page);
  const layers = new Promise<number>((resolve) => {
    cdp.on("LayerTree.layerTreeDidChange", ({ layers: all }) => {
      if (all) resolve(all.filter(({ drawsContent }) => drawsContent).length);
    });
  });
  await cdp.send("LayerTree.enable");
  expect(await layers).toBeLessThanOrEqual(LAYERS_MAX);
  await cdp.detach();
}
