import { expect, type Page } from "@playwright/test";

const SHIFT_MAX = 0.05;

declare global {
  interface Window {
    layoutShifts: { value: number; what: string[] }[];
  }
}

/** Begins to count before the page's first frame. */
export async function recordLayoutShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.layoutShifts = [];
    interface Shift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      sources: { node: Node | null }[];
    }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue;
        const what = entry.sources.map(({ node }) =>
          node instanceof Element ? `${node.nodeName.toLowerCase()}.${node.className}` : "text",
        );
        window.layoutShifts.push({ value: entry.value, what });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** All that moved on this page until now, however far apart; asked when nothing of it is still to come. */
export async function expectNothingMoved(page: Page): Promise<void> {
  // What the last answer moved is in the frame after it.
  const shifts = await page.evaluate(
    () =>
      new Promise<Window["layoutShifts"]>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.layoutShifts))),
      ),
  );
  const sum = shifts.reduce((total, { value }) => total + value, 0);
  expect.soft(sum, `${page.url()}: ${JSON.stringify(shifts)}`).toBeLessThanOrEqual(SHIFT_MAX);
}
