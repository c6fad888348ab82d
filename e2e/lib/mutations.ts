import type { Page } from "@playwright/test";

declare global {
  interface Window {
    mutatedRegions?: Set<string>;
  }
}

/**
 * Does something and waits for what it comes to; returns the parts of the page whose nodes changed meanwhile, by the test ids
 * nearest to them. What nobody named is "page".
 */
export async function findMutated(page: Page, act: () => Promise<void>): Promise<string[]> {
  await page.evaluate(() => {
    const regions = new Set<string>();
    window.mutatedRegions = regions;
    const nameOf = (node: Node | null): string => {
      const element = node instanceof Element ? node : node?.parentElement;
      return element?.closest("[data-testid]")?.getAttribute("data-testid") ?? "page";
    };
    new MutationObserver((records) => {
      for (const { target, addedNodes, removedNodes } of records) {
        // What comes or goes under a name of its own is named so, not by where that happens.
        const named = [...addedNodes, ...removedNodes].flatMap((node) =>
          node instanceof HTMLElement && node.dataset.testid ? [node.dataset.testid] : [],
        );
        for (const name of named.length > 0 ? named : [nameOf(target)]) regions.add(name);
      }
    }).observe(document.documentElement, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
  await act();
  return await page.evaluate(() => [...(window.mutatedRegions ?? [])].sort());
}
