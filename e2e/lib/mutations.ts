import type { Page } from "@playwright/test";

declare global {
  interface Window {
    endMutations?: () => string[];
  }
}

/**
 * Does something and waits for what it comes to; returns the parts of the page whose nodes are different afterwards, by the
 * test ids nearest to them. What nobody named is "page". An attribute that is as it was before did not change.
 */
export async function findMutated(page: Page, act: () => Promise<void>): Promise<string[]> {
  await page.evaluate(() => {
    const regions = new Set<string>();
    const before = new Map<Element, { region: string; values: Map<string, string | null> }>();
    const nameOf = (node: Node | null): string => {
      const element = node instanceof Element ? node : node?.parentElement;
      return element?.closest("[data-testid]")?.getAttribute("data-testid") ?? "page";
    };
    function note(records: MutationRecord[]): void {
      for (const { target, addedNodes, removedNodes, attributeName, oldValue } of records) {
        if (attributeName !== null && target instanceof Element) {
          const known = before.get(target) ?? { region: nameOf(target), values: new Map() };
          before.set(target, known);
          if (!known.values.has(attributeName)) known.values.set(attributeName, oldValue);
          continue;
        }
        // What comes or goes under a name of its own is named so, not by where that happens.
        const named = [...addedNodes, ...removedNodes].flatMap((node) =>
          node instanceof HTMLElement && node.dataset.testid ? [node.dataset.testid] : [],
        );
        for (const name of named.length > 0 ? named : [nameOf(target)]) regions.add(name);
      }
    }
    const observer = new MutationObserver(note);
    observer.observe(document.documentElement, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeOldValue: true,
      characterData: true,
    });
    window.endMutations = () => {
      note(observer.takeRecords());
      observer.disconnect();
      for (const [element, { region, values }] of before) {
        if ([...values].some(([name, value]) => element.getAttribute(name) !== value)) regions.add(region);
      }
      return [...regions].sort();
    };
  });
  await act();
  return await page.evaluate(() => window.endMutations?.() ?? []);
}
