import type { Page } from "@playwright/test";

/**
 * What makes a page wider than its window, or is drawn beyond its edges without anything around it that scrolls or cuts it.
 * Empty where all is well.
 */
export async function findWideParts(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const SLACK_PX = 1;
    const root = document.documentElement;
    const widthPx = root.clientWidth;
    const faults = new Set<string>();
    if (root.scrollWidth > widthPx) faults.add(`is ${root.scrollWidth} px wide, its window ${widthPx}`);
    /** Whether something between it and the page scrolls or cuts what sticks out. */
    function isHeld(element: Element): boolean {
      let { position } = getComputedStyle(element);
      for (
        let around = element.parentElement;
        around && around !== document.body;
        around = around.parentElement
      ) {
        if (position === "fixed") return false;
        const style = getComputedStyle(around);
        const holds = position !== "absolute" || style.position !== "static" || style.transform !== "none";
        if (!holds) continue;
        if (style.overflowX !== "visible" || style.contain.includes("paint")) return true;
        position = style.position;
      }
      return false;
    }
    const UNSEEN = ".visually-hidden, .skip-link, svg *";
    for (const element of document.body.querySelectorAll("*")) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width < 1 || height < 1 || (right <= widthPx + SLACK_PX && left >= -SLACK_PX)) continue;
      if (element.closest(UNSEEN) || isHeld(element)) continue;
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const name = element.getAttribute("data-testid") ?? element.getAttribute("class") ?? "";
      faults.add(
        `has ${element.nodeName.toLowerCase()}.${name} "${(element.textContent ?? "").trim().slice(0, 24)}" from ${left} to ${right}`,
      );
    }
    return [...faults];
  });
}
