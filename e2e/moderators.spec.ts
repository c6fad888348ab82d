import { type Browser, devices, expect, type Page, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { withLiveStore } from "./lib/live-store";
import { findFirstRoom, mutate, query, signIn } from "./lib/people";

const ANCHOR = "+8613900000001";
const { defaultBrowserType: _, ...PHONE } = devices["iPhone 13"];

async function openAs(browser: Browser, phoneNumber: string, next: string, device = {}): Promise<Page> {
  const context = await browser.newContext({ ...device, locale: "en-US", reducedMotion: "reduce" });
  const page = await context.newPage();
  await signIn(page, phoneNumber, next);
  return page;
}
const watch = (page: Page) =>
  expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected");
const lineOf = (page: Page, text: string) => page.getByTestId("chat-line").filter({ hasText: text });

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId("chat-input").fill(text);
  await page.getByTestId("chat-send").click();
}

for (const [name, device] of [
  ["desk", { viewport: { width: 1280, height: 800 } }],
  ["phone", PHONE],
] as const) {
  test(`whom the anchor lets moderate deletes, undoes, shows what waits and bans (${name})`, async ({
    browser,
  }) => {
    const anchor = await openAs(browser, ANCHOR, "/");
    const { roomId } = await findFirstRoom(anchor.request);
    const at = `/room/${roomId}`;
    const viewer = await openAs(browser, name === "desk" ? "+8613800000015" : "+8613800000016", at, device);
    const moderator = await openAs(browser, "+8613800000017", at, device);
    const { userId } = await query<{ userId: string }>(moderator.request, "session.me");
    await anchor.goto(at);
    for (const page of [anchor, viewer, moderator]) await watch(page);

    // The anchor finds them by what they say.
    const hello = `hello ${uuidv7()}`;
    await say(moderator, hello);
    await lineOf(anchor, hello).getByTestId("moderate").click();
    await anchor.getByTestId("appoint").click();
    await expect(lineOf(viewer, hello).getByTestId("moderator-badge")).toBeVisible();
    await expect(moderator.getByTestId("open-moderation")).toBeVisible();

    // Deleted for everybody, and back.
    const words = `words ${uuidv7()}`;
    await say(viewer, words);
    await lineOf(moderator, words).getByTestId("moderate").click();
    await moderator.getByTestId("message-remove").click();
    for (const page of [viewer, moderator, anchor]) await expect(lineOf(page, words)).toHaveCount(0);
    await moderator.getByTestId("moderation-undo").click();
    for (const page of [viewer, moderator, anchor]) await expect(lineOf(page, words)).toBeVisible();

    // What waits is its author's alone until it is shown.
    const advert = `add me on telegram ${uuidv7()}`;
    await say(viewer, advert);
    await expect(lineOf(viewer, advert).getByTestId("chat-held")).toBeVisible();
    await moderator.getByTestId("open-moderation").click();
    const held = moderator.getByTestId("held-row").filter({ hasText: advert });
    await expect(held).toBeVisible();
    await expect(lineOf(anchor, advert)).toHaveCount(0);
    await held.getByTestId("held-show").click();
    await expect(lineOf(anchor, advert)).toBeVisible();
    await expect(lineOf(viewer, advert).getByTestId("chat-held")).toHaveCount(0);
    await moderator.keyboard.press("Escape");

    // What is refused goes back to be written anew.
    await say(viewer, "such a r.e.t.a.r.d today");
    const refused = lineOf(viewer, "r.e.t.a.r.d");
    await expect(refused.getByTestId("chat-unsent")).toContainText("r.e.t.a.r.d");
    await refused.getByTestId("chat-edit").click();
    await expect(viewer.getByTestId("chat-input")).toHaveValue("such a r.e.t.a.r.d today");
    await expect(refused).toHaveCount(0);

    await lineOf(moderator, words).getByTestId("moderate").click();
    await moderator.getByTestId("moderation-kind").getByText("Ban").click();
    await moderator.getByTestId("moderation-confirm").click();
    await expect(viewer.getByTestId("room-kicked")).toBeVisible();
    for (const page of [moderator, anchor]) await expect(lineOf(page, words)).toHaveCount(0);
    await moderator.getByTestId("moderation-undo").click();
    await expect(viewer.getByTestId("room")).toBeVisible();

    const end = await mutate(anchor.request, "room.setModerator", { roomId, userId, on: false });
    expect(end.refusal).toBeUndefined();
    await expect(moderator.getByTestId("open-moderation")).toHaveCount(0);
    await Promise.all([anchor, viewer, moderator].map((page) => page.context().close()));
  });
}

test("a viewer reports a message, the anchor reads why and an operator deletes it", async ({ browser }) => {
  const anchor = await openAs(browser, ANCHOR, "/");
  const { roomId } = await findFirstRoom(anchor.request);
  const [viewer, author] = [
    await openAs(browser, "+8613800000018", `/room/${roomId}`),
    await openAs(browser, "+8613800000019", `/room/${roomId}`),
  ];
  for (const page of [viewer, author]) await watch(page);
  const words = `a fine offer ${uuidv7()}`;
  await say(author, words);
  await lineOf(viewer, words).getByTestId("report").click();
  await viewer.getByTestId("report-spam").click();
  await viewer.getByTestId("report-send").click();
  await expect(viewer.getByTestId("report-dialog")).toHaveCount(0);

  await anchor.goto(`/room/${roomId}`);
  await anchor.getByTestId("open-moderation").click();
  await anchor.getByTestId("moderator-parts").getByText("Reported").click();
  await expect(anchor.getByTestId("report-row").filter({ hasText: words })).toContainText("Spam");

  const operator = await openAs(browser, "+8613700000001", "/admin/reports");
  const card = operator.getByTestId("report-card").filter({ hasText: words });
  await card.getByTestId("report-remove").click();
  await operator.getByTestId("reason").fill("advertisement");
  await operator.getByTestId("reason-confirm").click();
  await expect(card).toHaveCount(0);
  for (const page of [viewer, author]) await expect(lineOf(page, words)).toHaveCount(0);
  await Promise.all([anchor, viewer, author, operator].map((page) => page.context().close()));
});

test("whoever reads back finds what was said before, and what they read stays where it is", async ({
  browser,
}) => {
  const anchor = await openAs(browser, ANCHOR, "/");
  const { roomId } = await findFirstRoom(anchor.request);
  const reader = await openAs(browser, "+8613800000020", "/");
  const { sessionId } = await query<{ sessionId: string }>(anchor.request, "room.get", { roomId });
  const { userId } = await query<{ userId: string }>(anchor.request, "session.me");
  const mark = uuidv7();
  const said = Array.from({ length: 120 }, (_, i) => `line ${i} of ${mark}`);
  // As many as a room of many people says: one person alone may not so fast.
  await withLiveStore(async ({ sql }) => {
    await sql`
      INSERT INTO chat_messages (message_id, sender_id, room_id, session_id, sender_name, sender_role, text, trace_id, created_at)
      SELECT gen_random_uuid(), ${userId}, ${roomId}, ${sessionId}, 'Crowd', 'viewer', line.text, repeat('0', 32),
        now() + line.n * interval '1 millisecond'
      FROM unnest(${said}::text[]) WITH ORDINALITY AS line (text, n)`;
  });
  await reader.goto(`/room/${roomId}`);
  await watch(reader);
  await expect(lineOf(reader, said.at(-1) ?? "")).toBeVisible();
  await expect(lineOf(reader, `line 30 of ${mark}`)).toHaveCount(0);

  const list = reader.getByTestId("chat-list");
  const row = `line 75 of ${mark}`;
  const before = await list.evaluate((element, text) => {
    element.scrollTop = 0;
    const rows = [...element.querySelectorAll('[data-testid="chat-line"]')];
    return rows.find((line) => line.textContent?.includes(text))?.getBoundingClientRect().top ?? 0;
  }, row);
  await expect(lineOf(reader, `line 30 of ${mark}`)).toHaveCount(1);
  const after = await lineOf(reader, row).evaluate((line) => line.getBoundingClientRect().top);
  expect(Math.abs(after - before)).toBeLessThanOrEqual(1);
  await Promise.all([anchor, reader].map((page) => page.context().close()));
});
