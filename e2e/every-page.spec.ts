import { type Browser, devices, expect, type Page, type Response, test } from "@playwright/test";
import { findBoxFaults } from "./lib/boxes";
import { listPages, PHONE_NUMBERS, type Role } from "./lib/every-page";
import { type HostilePeople, putAwayHostileTexts, writeHostileTexts } from "./lib/hostile-room";
import { cut } from "./lib/hostile-texts";
import { findShiftFaults, recordLayoutShifts } from "./lib/layout-shift";
import { signIn } from "./lib/people";
import { untilLoaded } from "./lib/settled";
import { findTurnedWords } from "./lib/turned-words";

/*
 * One walk over every page, on a desk and on a phone, after somebody wrote the worst that they could everywhere: each page
 * comes with its first data for nobody to keep, is not drawn otherwise once it runs, moves nothing that is read, and what
 * people wrote lies in its box and turns no sentence of ours around.
 */

/** For all pages, one after the other, beside other work of the machine. */
const WALK_MS_MAX = 900_000;
/** An answer that is late is left to the browser, and a machine that can no more says so: then a page is made again. */
const COMES_MS_MAX = 30_000;
const OVERLOADED = 503;
const TIME_ZONE = "America/St_Johns";
const SMALL_PHONE = { width: 320, height: 640 };
const { defaultBrowserType: _, ...pixel } = devices["Pixel 7"];
// Two and a half dots for each one are the same boxes.
const PHONE = { ...pixel, deviceScaleFactor: 1, viewport: { width: 390, height: 844 } };

// Not the server's own.
test.use({ timezoneId: TIME_ZONE });

test("every page comes with what it shows, and whatever people write moves, turns and widens nothing", async ({
  browser,
}) => {
  test.setTimeout(WALK_MS_MAX);
  const people: HostilePeople = {
    viewer: await openAs(browser, "viewer"),
    anchor: await openAs(browser, "anchor"),
    operator: await openAs(browser, "operator"),
  };
  const facts = await writeHostileTexts(people);
  const faults: string[] = [];
  for (const [role, pages] of Object.entries(listPages(facts))) {
    await test.step(`pages of ${role}s`, async () => {
      const desk = people[role as Role];
      const storageState = await desk.context().storageState();
      const phone = await (await browser.newContext({ ...PHONE, storageState })).newPage();
      for (const page of [desk, phone]) await listen(page, faults);
      for (const [path, signs] of Object.entries(pages)) {
        faults.push(...(await findFaults(desk, path, signs)));
        faults.push(...(await findFaults(phone, path, signs)));
        await phone.setViewportSize(SMALL_PHONE);
        faults.push(...(await findDrawnFaults(phone, `${path} on a small phone`)));
        await phone.setViewportSize(PHONE.viewport);
      }
      await phone.context().close();
    });
  }
  await putAwayHostileTexts(people, facts);
  for (const page of Object.values(people)) await page.context().close();
  expect(faults).toEqual([]);
});

async function openAs(browser: Browser, role: Role): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, PHONE_NUMBERS[role], "/");
  return page;
}

/** Adds to `faults` what goes wrong while a page runs. */
async function listen(page: Page, faults: string[]): Promise<void> {
  page.on("pageerror", (error) => faults.push(`${page.url()}: ${error}`));
  page.on("response", (response) => {
    if (response.status() < 400 || response.status() === OVERLOADED) return;
    faults.push(`${page.url()}: ${response.status()} ${response.url()}`);
  });
  await recordLayoutShifts(page);
}

/** Makes a page until it came with what only its first data has; one that never does is a fault. */
async function open(
  page: Page,
  path: string,
  signs: readonly RegExp[],
): Promise<{ html: string; faults: string[] }> {
  const endMs = Date.now() + COMES_MS_MAX;
  for (;;) {
    const response = (await page.goto(path)) as Response;
    const html = await response.text();
    const missing = signs.filter((sign) => !sign.test(html));
    if (missing.length === 0 && response.ok()) {
      expect(response.headers()["cache-control"], path).toContain("no-store");
      return { html, faults: [] };
    }
    if (Date.now() > endMs)
      return { html, faults: [`comes as ${response.status()}, without ${missing.join(", ")}`] };
  }
}

/** All faults of a page as it comes, each with where it was seen. */
async function findFaults(page: Page, path: string, signs: readonly RegExp[]): Promise<string[]> {
  const { html, faults: missing } = await open(page, path, signs);
  await untilLoaded(page);
  const isPhone = page.viewportSize()?.width === PHONE.viewport.width;
  const where = `${path} on a ${isPhone ? "phone" : "desk"}`;
  const faults = [...missing, ...(await findShiftFaults(page)), ...(await findTurnedWords(page))];
  if (!isPhone) await READS[path.startsWith("/room/") ? "/room" : path]?.(page, html);
  return [...faults.map((fault) => `${where}: ${fault}`), ...(await findDrawnFaults(page, where))];
}

async function findDrawnFaults(page: Page, where: string): Promise<string[]> {
  // What a page draws differently for a small screen is drawn in the frames after it hears of it.
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(null)))),
  );
  await untilLoaded(page);
  return (await findBoxFaults(page)).map((fault) => `${where}: ${fault}`);
}

/** What somebody wrote is there to be read: a page without it would have no faults either. */
const READS: Record<string, (page: Page, html: string) => Promise<void>> = {
  async "/"(page) {
    await expect(page.getByTestId("room-card").filter({ hasText: cut("word", 60) })).toBeVisible();
  },
  async "/room"(page) {
    const chat = page.getByTestId("chat-list");
    await expect(chat).toContainText(cut("digits", 200));
    // Of two hundred marks on a letter as many stay as any language has, and nothing turns the words around.
    await expect(chat).not.toContainText(/\p{M}{5}|[\u202A-\u202E]/u);
  },
  async "/studio"(page) {
    await expect(page.getByTestId("activity-feed")).toContainText(cut("word", 200));
  },
  async "/studio/earnings"(page) {
    await expect(page.getByTestId("withdrawals")).toContainText(/\p{Script=Hebrew}\*/u);
  },
  async "/admin/gifts"(page) {
    await expect(page.getByTestId("gifts-table")).toContainText(cut("han", 40));
  },
  /** And times are those of the reader's own zone, with which the page came. */
  async "/wallet"(page, html) {
    const time = page.getByTestId("statement-row").locator("time").first();
    const at = new Date((await time.getAttribute("datetime")) ?? "");
    const there = new Intl.DateTimeFormat("en", {
      timeZone: TIME_ZONE,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    await expect(time).toContainText(there.format(at));
    expect(html).toContain(`>${await time.innerText()}</time>`);
  },
};
