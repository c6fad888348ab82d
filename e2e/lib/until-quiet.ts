import { expect, type Page } from "@playwright/test";

const LOADED_MS_MAX = 60_000;
const open = new WeakMap<Page, Set<unknown>>();

/** Begins to keep count of what a page asks for. What is pushed to it never ends, and is not counted. */
export function countRequests(page: Page): void {
  const asked = new Set<unknown>();
  open.set(page, asked);
  page.on("request", (request) => asked.add(request));
  for (const end of ["requestfinished", "requestfailed"] as const)
    page.on(end as "requestfinished", (request) => asked.delete(request));
}

/** Waits until nothing of a page is still to come: it says what it is, nothing holds a place for what loads, no answer is open. */
export async function untilQuiet(page: Page): Promise<void> {
  await page.locator("main :is(h1, [role=alert])").first().waitFor({ state: "attached" });
  await expect(
    page.locator("main :is(.mantine-Skeleton-root[data-visible], [role=status][aria-label])"),
  ).toHaveCount(0, { timeout: LOADED_MS_MAX });
  await expect(async () => {
    // What an answer changes, and what it makes the page ask for next, is in the frames after it.
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(null)))),
    );
    expect(open.get(page)?.size ?? 0).toBe(0);
  }).toPass({ timeout: LOADED_MS_MAX });
}
