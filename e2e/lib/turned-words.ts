import type { Page } from "@playwright/test";

/**
 * Where words from right to left could turn around what stands beside them in the same line: they are neither an element of
 * their own that is isolated nor between U+2068 and U+2069. Empty where all is well.
 */
export async function findTurnedWords(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const TURNING = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;
    const OURS = /[\p{Script=Latin}\p{Script=Han}\p{N}]/u;
    // U+FDFD is a whole phrase in one sign: a wide shape among `HOSTILE`, and nothing that has an order.
    const outside = (text: string | null) => (text ?? "").replaceAll(/\u2068[^\u2069]*\u2069|\uFDFD/g, "");
    /** Whether what is in it and what is around it are laid out in one line, as if it were not there. */
    function isOpen(element: Element): boolean {
      const { display, unicodeBidi } = getComputedStyle(element);
      const isIsolated = ["isolate", "isolate-override", "plaintext"].includes(unicodeBidi);
      return (display === "inline" || display === "contents") && !isIsolated;
    }
    /** The words that are laid out with those of `node`, without its own. */
    function wordsBeside(node: Node, scope: Node): string {
      let words = "";
      for (const child of scope.childNodes) {
        if (child === node) continue;
        if (child instanceof Text) words += outside(child.textContent);
        else if (child instanceof Element && isOpen(child)) words += wordsBeside(node, child);
      }
      return words;
    }
    const faults = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = outside(node.textContent);
      const parent = node.parentElement;
      if (!parent || !TURNING.test(text) || parent.closest("script, style")) continue;
      let scope = parent;
      while (isOpen(scope) && scope.parentElement) scope = scope.parentElement;
      const beside = OURS.test(text) ? text : wordsBeside(node, scope);
      if (OURS.test(beside))
        faults.add(`"${text.trim().slice(0, 24)}" may turn "${beside.trim().slice(0, 24)}"`);
    }
    return [...faults];
  });
}
