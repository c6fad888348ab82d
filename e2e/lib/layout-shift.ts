import type { Page } from "@playwright/test";

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

/** What moved on this page until now, however far apart; asked when nothing of it is still to come. Empty where all is well. */
export async function findShiftFaults(page: Page): Promise<string[]> {
  // What the last answer moved is in the frame after it.
  const shifts = await page.evaluate(
    () =>
      new Promise<Window["layoutShifts"]>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.layoutShifts))),
      ),
  );
  const sum = shifts.reduce((total, { value }) => total + value, 0);
  return sum > SHIFT_MAX ? [`moved by ${sum}: ${JSON.stringify(shifts)}`] : [];
}
