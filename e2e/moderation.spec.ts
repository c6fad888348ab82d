import { type Browser, expect, type Page, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { findFirstRoom, type LiveRoom, mutate, query, signIn } from "./lib/people";

const ANCHOR = "+8613900000001";

/** Several rooms at once are drawn by the same two cores that serve them: no weather. */
async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce" });
  return await context.newPage();
}

async function listRooms(page: Page): Promise<LiveRoom[]> {
  return (await query<{ items: LiveRoom[] }>(page.request, "room.list", {})).items;
}

async function say(page: Page, roomId: string, text: string): Promise<string | undefined> {
  const { refusal } = await mutate(page.request, "chat.send", { roomId, messageId: uuidv7(), text });
  return refusal?.name;
}

/** The anchor acts on the author of a message, by keyboard alone. */
async function moderate(anchor: Page, text: string, choose: (page: Page) => Promise<void>): Promise<void> {
  const line = anchor.getByTestId("chat-line").filter({ hasText: text });
  await line.getByTestId("moderate").focus();
  await anchor.keyboard.press("Enter");
  await expect(anchor.getByTestId("moderation-dialog")).toBeVisible();
  await choose(anchor);
  await anchor.getByTestId("moderation-confirm").focus();
  await anchor.keyboard.press("Enter");
}

async function watch(page: Page): Promise<void> {
  await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected");
}

/** The viewer says something rude in the room that both are in, and the anchor removes them for it. */
async function removeForWords(anchor: Page, viewer: Page, reason: string): Promise<void> {
  const words = `rude ${uuidv7()}`;
  await viewer.getByTestId("chat-input").fill(words);
  await viewer.getByTestId("chat-send").click();
  await moderate(anchor, words, async (page) => {
    await page.getByTestId("moderation-kind").getByText("Remove").click();
    await page.getByTestId("moderation-length").getByText("1 hour").click();
    await page.getByTestId("moderation-reason").fill(reason);
  });
}

test("an anchor removes a viewer, who sees why in every tab, stays out, and watches elsewhere", async ({
  browser,
}) => {
  const [anchor, viewer] = [await openPage(browser), await openPage(browser)];
  const { roomId, anchor: owner } = await findFirstRoom(anchor.request);
  const elsewhere = (await listRooms(anchor)).find((room) => room.anchor.userId !== owner.userId);
  await signIn(viewer, "+8613800000011", `/room/${roomId}`);
  const secondTab = await viewer.context().newPage();
  await secondTab.goto(`/room/${roomId}`);
  await signIn(anchor, ANCHOR, `/room/${roomId}`);
  for (const page of [anchor, viewer, secondTab]) await watch(page);

  await removeForWords(anchor, viewer, "Please be kind");
  for (const page of [viewer, secondTab]) {
    await expect(page.getByTestId("room-kicked")).toContainText("Reason: Please be kind");
  }
  expect(await say(viewer, roomId, "still here")).toBe("KICKED");
  await viewer.reload();
  await expect(viewer.getByTestId("room-kicked")).toBeVisible();
  await expect(viewer.getByTestId("room")).toHaveCount(0);

  await secondTab.goto(`/room/${elsewhere?.roomId}`);
  await watch(secondTab);
  expect(await say(secondTab, elsewhere?.roomId ?? "", "hello here")).toBeUndefined();
  await expect(anchor.getByTestId("room")).toBeVisible();
  await Promise.all([anchor, viewer].map((page) => page.context().close()));
});

test("a kick that is undone lets the viewer back in without reloading", async ({ browser }) => {
  const [anchor, viewer] = [await openPage(browser), await openPage(browser)];
  const { roomId } = await findFirstRoom(anchor.request);
  await signIn(viewer, "+8613800000014", `/room/${roomId}`);
  await signIn(anchor, ANCHOR, `/room/${roomId}`);
  for (const page of [anchor, viewer]) await watch(page);
  await removeForWords(anchor, viewer, "A mistake");
  // The message stays for as long as somebody points at it.
  await anchor.getByTestId("moderation-undo").hover();
  await expect(viewer.getByTestId("room-kicked")).toBeVisible();
  await anchor.getByTestId("moderation-undo").click();
  await expect(viewer.getByTestId("room")).toBeVisible();
  await watch(viewer);
  const welcome = `welcome back ${uuidv7()}`;
  expect(await say(anchor, roomId, welcome)).toBeUndefined();
  await expect(viewer.getByTestId("chat-list")).toContainText(welcome);
  await Promise.all([anchor, viewer].map((page) => page.context().close()));
});

test("a muted viewer reads why and until when, may send a gift, and chats again when the studio undoes it", async ({
  browser,
}) => {
  const [anchor, viewer] = [await openPage(browser), await openPage(browser)];
  const { roomId } = await findFirstRoom(anchor.request);
  await signIn(viewer, "+8613800000012", `/room/${roomId}`);
  await signIn(anchor, ANCHOR, "/studio");
  for (const page of [anchor, viewer]) await watch(page);

  const words = `loud ${uuidv7()}`;
  await viewer.getByTestId("chat-input").fill(words);
  await viewer.getByTestId("chat-send").click();
  const line = anchor.getByTestId("activity-feed").getByRole("listitem").filter({ hasText: words });
  await line.getByTestId("moderate").click();
  await anchor.getByTestId("moderation-reason").fill("Too loud");
  await anchor.getByTestId("moderation-confirm").click();

  await expect(viewer.getByTestId("chat-blocked")).toContainText("You are muted until");
  await expect(viewer.getByTestId("chat-blocked")).toContainText("Reason: Too loud");
  await viewer.getByTestId("gift-option-hearts").click();
  await viewer.getByTestId("gift-send").click();
  await expect(viewer.getByTestId("gift-feed-line").first()).toContainText("Heart bubbles");

  await anchor.getByTestId("moderator-parts").getByText("Restricted").click();
  const restricted = anchor.getByTestId("restricted-row").filter({ hasText: "Too loud" });
  await restricted.getByTestId("restricted-undo").click();
  await expect(viewer.getByTestId("chat-input")).toBeVisible();
  await expect(restricted).toHaveCount(0);
  await Promise.all([anchor, viewer].map((page) => page.context().close()));
});

test("slow mode and the board follow the room's settings", async ({ browser }) => {
  const [anchor, viewer] = [await openPage(browser), await openPage(browser)];
  const { roomId } = await findFirstRoom(anchor.request);
  await signIn(viewer, "+8613800000013", `/room/${roomId}`);
  await viewer.getByTestId("gift-option-crown").click();
  await viewer.getByTestId("gift-count-10").click();
  await viewer.getByTestId("gift-send").click();
  await viewer.getByTestId("open-top").click();
  await expect(viewer.locator('[data-testid="top-row"][data-me="true"]')).toContainText("200");
  await viewer.getByTestId("top-window-week").click();
  await expect(viewer.getByTestId("top-resets")).toHaveText("Starts anew on Mondays at midnight (UTC+8).");

  await signIn(anchor, ANCHOR, "/studio");
  await expect(anchor.getByTestId("top-list")).toContainText("200");
  await anchor.getByTestId("top-is-public").click();
  await anchor.getByTestId("slow-mode").click();
  await anchor.getByRole("option", { name: "30 s" }).click();
  await expect
    .poll(async () => (await query<{ settings: object }>(viewer.request, "room.get", { roomId })).settings)
    .toMatchObject({ topIsPublic: false, slowModeSeconds: 30 });
  await viewer.reload();
  await viewer.getByTestId("open-top").click();
  await expect(viewer.getByTestId("top-board")).toContainText("keeps its supporters to itself");
  await viewer.getByTestId("chat-input").fill("first");
  await viewer.getByTestId("chat-send").click();
  await viewer.getByTestId("chat-input").fill("second");
  await expect(viewer.getByTestId("chat-send")).toBeDisabled();
  expect(await say(viewer, roomId, "second")).toBe("RATE_LIMITED");

  const settings = { roomId, topIsPublic: true, slowModeSeconds: 0 };
  expect((await mutate(anchor.request, "room.updateSettings", settings)).refusal).toBeUndefined();
  await Promise.all([anchor, viewer].map((page) => page.context().close()));
});
