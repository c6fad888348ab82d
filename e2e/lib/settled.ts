import { expect, type Page } from "@playwright/test";

const LOADED_MS_MAX = 60_000;

/** Waits until nothing of a page is still to come: it says what it is, and nothing holds a place for what loads. */
export async function untilLoaded(page: Page): Promise<void> {
  await page.locator("main :is(h1, [role=alert])").first().waitFor({ state: "attached" });
  await expect(
    page.locator("main :is(.mantine-Skeleton-root[data-visible], [role=status][aria-label])"),
  ).toHaveCount(0, { timeout: LOADED_MS_MAX });
}
