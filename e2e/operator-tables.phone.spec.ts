import { expect, type Page, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { findFirstRoom, mutate, query, signIn } from "./lib/people";

const OPERATOR = "+8613700000001";
const VIEWER = "+8613800000019";
const ANCHOR = "+8613900000001";
const WIDTHS_PX = [390, 320];
/** How long a page of many parts takes at most, on a machine that does other things. */
const COMES_MS_MAX = 40_000;

test.use({ viewport: { width: 390, height: 844 } });

interface Fault {
  what: string;
  where: string;
}

/** What on this page is off its edge, scrolls sideways, is too low for a thumb, or squeezes words. */
function findFaults(): Fault[] {
  const faults: Fault[] = [];
  const widthPx = document.documentElement.clientWidth;
  const fault = (what: string, node: Element) => {
    const text = (node.textContent ?? "").trim().slice(0, 40);
    faults.push({ what, where: `${node.tagName} ${node.getAttribute("data-testid") ?? ""} "${text}"` });
  };
  const isSeen = (node: Element) =>
    node.checkVisibility({ checkOpacity: true }) && node.getBoundingClientRect().width > 1;
  if (document.documentElement.scrollWidth > widthPx) fault("the page scrolls sideways", document.body);
  const main = document.querySelector("main") ?? document.body;
  // Strips of tabs and sections are meant to be pushed.
  const isStrip = (node: Element) => node.closest("nav, [role=tablist]") !== null;
  for (const node of main.querySelectorAll("*")) {
    if (!isSeen(node) || isStrip(node)) continue;
    const { overflowX } = getComputedStyle(node);
    if ((overflowX === "auto" || overflowX === "scroll") && node.scrollWidth > node.clientWidth + 1)
      fault("scrolls sideways", node);
  }
  for (const node of main.querySelectorAll(
    "td a, td button, .mantine-Button-root, [role=tab], input:not([type=radio], [type=checkbox], [type=hidden]), select",
  )) {
    if (!isSeen(node)) continue;
    const box = node.getBoundingClientRect();
    if (!isStrip(node) && (box.left < 0 || box.right > widthPx + 0.5)) fault("is off the edge", node);
    if (box.height < 43.5) fault(`is ${Math.round(box.height)} px high`, node);
  }
  for (const cell of main.querySelectorAll("td")) {
    const value = cell.firstElementChild;
    if (!value || !isSeen(value)) continue;
    const style = getComputedStyle(value);
    const lines = value.getBoundingClientRect().height / Number.parseFloat(style.lineHeight);
    const letters = (value.textContent ?? "").trim().length;
    // Words that are broken letter by letter stand in far more lines than they need.
    if (letters > 0 && lines > 2 + letters / 8)
      fault(`has ${letters} letters in ${Math.round(lines)} lines`, cell);
  }
  return faults;
}

async function expectFits(page: Page, place: string): Promise<void> {
  for (const width of WIDTHS_PX) {
    await page.setViewportSize({ width, height: 844 });
    await expect.poll(() => page.evaluate(findFaults), { message: `${place} at ${width} px` }).toEqual([]);
  }
}

/** Everything that the page waits for has come. */
async function open(page: Page, place: string, wanted: string): Promise<void> {
  await page.goto(place);
  await expect(page.locator(wanted).first()).toBeVisible({ timeout: COMES_MS_MAX });
  await expect(page.locator("main .mantine-Skeleton-root")).toHaveCount(0, { timeout: COMES_MS_MAX });
}

test("no table of the dashboard is cut on a phone, and everything in it can be tapped", async ({
  browser,
  page,
}) => {
  // Nineteen pages, each as wide as two phones.
  test.setTimeout(300_000);
  const viewers = await browser.newContext();
  const viewer = await viewers.newPage();
  const room = await findFirstRoom(page.request);
  await signIn(viewer, VIEWER, "/wallet");
  const { userId } = await query<{ userId: string }>(viewer.request, "session.me");
  const send = { giftOrderId: uuidv7(), roomId: room.roomId, giftId: "hearts", count: 3 };
  expect((await mutate(viewer.request, "gift.send", send)).refusal).toBeUndefined();
  const words = { roomId: room.roomId, messageId: uuidv7(), text: "words that were better not said" };
  expect((await mutate(viewer.request, "chat.send", words)).refusal).toBeUndefined();
  const removed = await mutate(viewer.request, "chat.remove", {
    ...words,
    senderId: userId,
    text: undefined,
  });
  expect(removed.refusal).toBeUndefined();
  await expect
    .poll(() => query<{ status: string }>(viewer.request, "gift.status", { giftOrderId: send.giftOrderId }))
    .toMatchObject({ status: "settled" });

  await signIn(page, OPERATOR, "/admin");
  const places: [place: string, wanted: string][] = [
    ["/admin/users", "[data-testid=people-found] tbody tr"],
    [`/admin/users?userId=${userId}`, "[data-testid=person-card]"],
    ["/admin/rooms", "[data-testid=room-row]"],
    ["/admin/orders", "[data-testid=order-row]"],
    ["/admin/gifts", "[data-testid=gift-row]"],
    ["/admin/recharges", "[data-testid=recharge-row], [data-testid=recharges-empty]"],
    ["/admin/rains", "[data-testid=rain-row], [data-testid=rains-none]"],
    ["/admin/wallets?q=a", "[data-testid=wallets-found] tbody tr"],
    [`/admin/wallets?userId=${userId}`, "[data-testid=statement-row]"],
    ["/admin/finance?tab=settlement", "[data-testid=admin-line]"],
    ["/admin/finance?tab=shares", "[data-testid=share-row]"],
    ["/admin/finance?tab=withdrawals", "[data-testid=admin-withdrawals]"],
    ["/admin/finance?tab=reconciliation", "[data-testid=reconciliation-state]"],
    ["/admin/alarms", "[data-testid=alarm], [data-testid=alarms-empty]"],
    ["/admin/approvals", "[data-testid=proposal], [data-testid=approvals-empty]"],
    ["/admin/dead-letters?status=all", "[data-testid=dead-letter], [data-testid=dead-letters-empty]"],
    ["/admin/jobs?job=reconciliation", "[data-testid=job-history]"],
    ["/admin/settings?setting=LOG_LEVEL", "[data-testid=setting-history]"],
    ["/admin/removed-words", "[data-testid=removed-row]"],
    ["/admin/security", "[data-testid=phone-change]"],
  ];
  for (const [place, wanted] of places) {
    await open(page, place, wanted);
    await expectFits(page, place);
  }

  await open(viewer, "/wallet", "[data-testid=statement-row]");
  await expectFits(viewer, "/wallet");
  await viewers.close();
});

test("the earnings are whole on a phone", async ({ page }) => {
  await signIn(page, ANCHOR, "/studio/earnings");
  // Sent to this anchor by the test before, or by anybody before that.
  await expect(page.getByTestId("settlement-line").first()).toBeVisible({ timeout: COMES_MS_MAX });
  await expectFits(page, "/studio/earnings");
});
