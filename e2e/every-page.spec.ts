import { type Browser, devices, expect, type Page, test } from "@playwright/test";
import { listPages, PHONE_NUMBERS, type Role } from "./lib/every-page";
import { type HostilePeople, putAwayHostileTexts, writeHostileTexts } from "./lib/hostile-room";
import { cut } from "./lib/hostile-texts";
import { findShiftFaults, recordLayoutShifts } from "./lib/layout-shift";
import { signIn } from "./lib/people";
import { countRequests, untilQuiet } from "./lib/until-quiet";
import { findWideParts } from "./lib/wide-parts";

/*
 * One walk over every page, on a desk and on a phone, after somebody wrote the worst that they could everywhere: no page moves
 * what is read once it is drawn, and nothing that people write makes one wider than its window.
 */

// What is wrong is said in words; pictures of every step would take longer than the walk.
test.use({ trace: "off" });

/** For all pages, one after the other, beside other work of the machine. */
const WALK_MS_MAX = 900_000;
const COMES_MS_MAX = 60_000;
const SMALL_PHONE = { width: 320, height: 640 };
const { defaultBrowserType: _, ...pixel } = devices["Pixel 7"];
// Two and a half dots for each one are the same boxes.
const PHONE = { ...pixel, deviceScaleFactor: 1, viewport: { width: 390, height: 844 } };

test("no page moves once it is drawn, and whatever people write widens none", async ({ browser }) => {
  test.setTimeout(WALK_MS_MAX);
  const people: HostilePeople = {
    viewer: await openAs(browser, "viewer"),
    anchor: await openAs(browser, "anchor"),
    operator: await openAs(browser, "operator"),
  };
  const facts = await writeHostileTexts(people);
  const desks: Record<Role, Page> = { nobody: await openAs(browser, "nobody"), ...people };
  const faults: string[] = [];
  for (const [role, paths] of Object.entries(listPages(facts))) {
    await test.step(`pages of ${role}`, async () => {
      const desk = desks[role as Role];
      const storageState = await desk.context().storageState();
      const phone = await (await browser.newContext({ ...PHONE, storageState })).newPage();
      for (const page of [desk, phone]) {
        countRequests(page);
        await recordLayoutShifts(page);
      }
      for (const path of paths) {
        const found = [
          ...(await findFaults(desk, path, "on a desk")),
          ...(await findFaults(phone, path, "on a phone")),
          ...(await findFaultsWhenSmall(phone)),
        ];
        faults.push(...found.map((fault) => `${path} of ${role} ${fault}`));
        await READS[`${role} ${path}`]?.(desk);
      }
      await phone.context().close();
    });
  }
  await putAwayHostileTexts(people, facts);
  for (const page of Object.values(desks)) await page.context().close();
  expect(faults).toEqual([]);
});

async function openAs(browser: Browser, role: Role): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  const phoneNumber = PHONE_NUMBERS[role];
  if (phoneNumber) await signIn(page, phoneNumber, "/");
  return page;
}

async function findFaults(page: Page, path: string, where: string): Promise<string[]> {
  await open(page, path);
  await untilQuiet(page);
  const found = [...(await findShiftFaults(page)), ...(await findWideParts(page))];
  return found.map((fault) => `${where} ${fault}`);
}

/** An answer that is late is left to the browser, and moves what is below it: then a page is made again, until it comes whole. */
async function open(page: Page, path: string): Promise<void> {
  await expect(async () => {
    const html = (await (await page.goto(path))?.text()) ?? "";
    expect(html).not.toMatch(/role="status" aria-label/);
    // A room keeps a place for its gifts without a word.
    if (path.startsWith("/room/")) expect(html).toContain("Heart bubbles");
  }).toPass({ timeout: COMES_MS_MAX });
}

/** The same page in a narrower window: what it draws otherwise there needs no second visit. */
async function findFaultsWhenSmall(page: Page): Promise<string[]> {
  await page.setViewportSize(SMALL_PHONE);
  await untilQuiet(page);
  const found = (await findWideParts(page)).map((fault) => `on a small phone ${fault}`);
  await page.setViewportSize(PHONE.viewport);
  return found;
}

/** What somebody wrote is there to be read: a page without it would have no faults either. */
const READS: Record<string, (page: Page) => Promise<void>> = {
  async "viewer /"(page) {
    await expect(page.getByTestId("room-card").filter({ hasText: cut("word", 60) })).toBeVisible();
  },
  async "anchor /studio"(page) {
    await expect(page.getByTestId("activity-feed")).toContainText(cut("digits", 200));
  },
  async "anchor /studio/earnings"(page) {
    await expect(page.getByTestId("withdrawals")).toContainText(/\p{Script=Hebrew}/u);
  },
  async "operator /admin/gifts"(page) {
    await expect(page.getByTestId("gifts-table")).toContainText(cut("han", 40));
  },
};
