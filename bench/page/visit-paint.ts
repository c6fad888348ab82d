import type { Browser } from "@playwright/test";
import { openPage, type Screen, SLOWED, slow } from "./browser";
import { SETTLE_MS } from "./measured";

export interface Paint {
  lcpMs: number;
  lcpOf: string;
  /** What the main thread worked until the page was at rest, by its own clock: the same whoever else is at work. */
  workMs: number;
  layoutShift: number;
  /** JavaScript that came, as it was sent. */
  scriptKb: number;
}

/** Opens a page as somebody who was never here before, and waits until nothing of it is still to come. */
export async function visitPaint(
  browser: Browser,
  screen: Screen,
  url: string,
  signedIn?: { url: string; cookie: string },
): Promise<Paint> {
  const { page, cdp, close } = await openPage(browser, screen, signedIn);
  await slow(cdp, SLOWED);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(url);
  await page.locator("h1, [role=alert]").first().waitFor({ state: "attached" });
  await page.waitForFunction(() => !document.querySelector("main .mantine-Skeleton-root[data-visible]"));
  await page.waitForTimeout(2 * SETTLE_MS);
  const { metrics } = await cdp.send("Performance.getMetrics");
  const work = metrics.find(({ name }) => name === "TaskDuration");
  const { lcpMs, lcpOf, layoutShift } = await page.evaluate(() => window.recorder);
  const scriptKb = await page.evaluate(
    () =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
        .reduce((bytes, entry) => bytes + (entry as PerformanceResourceTiming).encodedBodySize, 0) / 1000,
  );
  await close();
  return { lcpMs, lcpOf, layoutShift, scriptKb, workMs: (work?.value ?? 0) * 1000 };
}
