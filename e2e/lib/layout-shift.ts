import { expect, type Page } from "@playwright/test";
import { untilLoaded } from "./settled";

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

/** Opens a page and waits until nothing of it is still to come; all that moved on the way, however far apart, is counted. */
export async function expectNothingMoves(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await untilLoaded(page);
  // What the last answer moved is in the frame after it.
  const shifts = await page.evaluate(
    () =>
      new Promise<Window["layoutShifts"]>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.layoutShifts))),
      ),
  );
  const sum = shifts.reduce((total, { value }) => total + value, 0);
  expect(sum, `${path}: ${JSON.stringify(shifts)}`).toBeLessThanOrEqual(SHIFT_MAX);
}
