import { type Browser, expect, type Page, test } from "@playwright/test";
import { findBoxFaults } from "./lib/boxes";
import { PAGES, TIME_MS_MAX } from "./lib/every-page";
import { type HostilePeople, putAwayHostileTexts, writeHostileTexts } from "./lib/hostile-room";
import { cut } from "./lib/hostile-texts";
import { signIn } from "./lib/people";
import { untilLoaded } from "./lib/settled";
import { findTurnedWords } from "./lib/turned-words";

const SCREENS = [
  { name: "desk", width: 1280, height: 800 },
  { name: "phone", width: 390, height: 844 },
  { name: "small phone", width: 320, height: 640 },
];
const VIEWER = "+8613800000016";

async function openAs(browser: Browser, phoneNumber: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, phoneNumber, "/");
  return page;
}

/** All faults of a page on every screen, each with where it was seen. */
async function findFaults(page: Page, path: string): Promise<string[]> {
  await page.setViewportSize(SCREENS[0] ?? { width: 1280, height: 800 });
  await page.goto(path);
  await untilLoaded(page);
  const faults = (await findTurnedWords(page)).map((fault) => `${path}: ${fault}`);
  for (const { name, ...size } of SCREENS) {
    await page.setViewportSize(size);
    // What a page draws differently for a small screen is drawn in the frames after it hears of it.
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(null)))),
    );
    await untilLoaded(page);
    faults.push(...(await findBoxFaults(page)).map((fault) => `${path} on a ${name}: ${fault}`));
  }
  return faults;
}

test("whatever people write lies in its box, on every page and screen", async ({ browser }) => {
  test.setTimeout(TIME_MS_MAX);
  const people = {
    anchor: await openAs(browser, PAGES.anchor.phoneNumber),
    viewer: await openAs(browser, VIEWER),
    operator: await openAs(browser, PAGES.operator.phoneNumber),
  };
  const facts = await writeHostileTexts(people);
  const [word, turning] = [cut("word", 40), cut("rightToLeft", 40)].map(encodeURIComponent);
  const paths = {
    viewer: [
      ...PAGES.viewer.paths,
      `/room/${facts.roomId}`,
      `/?tag=${encodeURIComponent(cut("word", 20))}&q=${turning}`,
    ],
    anchor: PAGES.anchor.paths,
    operator: [
      ...PAGES.operator.paths,
      `/admin/users?q=${word}&userId=${facts.viewerId}`,
      `/admin/rooms?q=${facts.roomId}`,
      `/admin/wallets?q=${turning}&userId=${facts.viewerId}`,
      `/room/${facts.roomId}`,
    ],
  };
  const faults: string[] = [];
  for (const who of ["viewer", "anchor", "operator"] as const) {
    for (const path of paths[who]) faults.push(...(await findFaults(people[who], path)));
  }
  await expectReadable(people, facts.roomId);
  await putAwayHostileTexts(people, facts);
  for (const page of Object.values(people)) await page.context().close();
  expect(faults).toEqual([]);
});

/** What somebody wrote is there to be read: a page without it would have no faults either. */
async function expectReadable({ viewer, anchor, operator }: HostilePeople, roomId: string): Promise<void> {
  await viewer.goto("/");
  await expect(viewer.getByTestId("room-card").filter({ hasText: cut("word", 60) })).toBeVisible();
  await viewer.goto(`/room/${roomId}`);
  const chat = viewer.getByTestId("chat-list");
  await expect(chat).toContainText(cut("digits", 200));
  // Of two hundred marks on a letter as many stay as any language has, and nothing turns the words around.
  await expect(chat).not.toContainText(/\p{M}{5}|[\u202A-\u202E]/u);
  await anchor.goto("/studio");
  await expect(anchor.getByTestId("activity-feed")).toContainText(cut("word", 200));
  await anchor.goto("/studio/earnings");
  await expect(anchor.getByTestId("withdrawals")).toContainText(/\p{Script=Hebrew}\*/u);
  await operator.goto("/admin/gifts");
  await expect(operator.getByTestId("gifts-table")).toContainText(cut("han", 40));
}
