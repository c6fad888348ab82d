import type { Page } from "@playwright/test";

/**
 * Where what is drawn leaves its place: the document is wider than the window, something sticks out of it or of its own box,
 * or words lie over other words or over something that is tapped. Empty where all is well.
 */
export async function findBoxFaults(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const SLACK_PX = 2;
    /** Letters are a little higher than their lines. */
    const OVERLAP_SHARE = 0.45;
    interface Box {
      left: number;
      right: number;
      top: number;
      bottom: number;
    }
    interface Drawn extends Box {
      /** Things that float are meant to lie over others. */
      layer: Element;
      element: Element;
      what: string;
    }
    const root = document.documentElement;
    const faults = new Set<string>();

    function nameOf(element: Element): string {
      const text = (element.textContent ?? "").trim().slice(0, 24);
      const kind = element.getAttribute("data-testid") ?? element.getAttribute("class")?.split(" ")[0] ?? "";
      return `${element.nodeName.toLowerCase()}.${kind} "${text}"`;
    }
    /** What of a box is left when everything around it that cuts has cut. */
    function cut(start: Element, box: Box): Box {
      let { left, right, top, bottom } = box;
      let { position } = getComputedStyle(start);
      for (
        let around = start.parentElement;
        around && around !== document.body;
        around = around.parentElement
      ) {
        if (position === "fixed") break;
        const style = getComputedStyle(around);
        const holds = position !== "absolute" || style.position !== "static" || style.transform !== "none";
        if (!holds) continue;
        position = style.position;
        const frame = around.getBoundingClientRect();
        if (style.overflowX !== "visible" || style.contain.includes("paint")) {
          left = Math.max(left, frame.left);
          right = Math.min(right, frame.right);
        }
        if (style.overflowY !== "visible" || style.contain.includes("paint")) {
          top = Math.max(top, frame.top);
          bottom = Math.min(bottom, frame.bottom);
        }
      }
      return { left, right, top, bottom };
    }
    const isHidden = (element: Element) =>
      element.closest(".visually-hidden, .skip-link, [data-aria-hidden], nextjs-portal") !== null ||
      !element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const isEmpty = ({ left, right, top, bottom }: Box) => right - left < 1 || bottom - top < 1;
    function layerOf(element: Element): Element {
      for (let at: Element | null = element; at; at = at.parentElement) {
        if (["absolute", "fixed", "sticky"].includes(getComputedStyle(at).position)) return at;
      }
      return root;
    }

    if (root.scrollWidth > root.clientWidth) {
      faults.add(`the document is ${root.scrollWidth} px wide, the window ${root.clientWidth}`);
    }
    const words: Drawn[] = [];
    const controls: Drawn[] = [];
    for (const element of document.body.querySelectorAll("*")) {
      if (isHidden(element) || element.closest("svg")) continue;
      const seen = cut(element, element.getBoundingClientRect());
      if (isEmpty(seen)) continue;
      if (seen.right > root.clientWidth + 1 || seen.left < -1) {
        faults.add(`${nameOf(element)} sticks out of the window: ${seen.left} to ${seen.right}`);
      }
      if (element.matches("a, button, input:not([type=hidden]), select, textarea")) {
        controls.push({ ...seen, layer: layerOf(element), element, what: nameOf(element) });
      }
      const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      for (const text of texts) {
        if (!text.textContent?.trim()) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        let box: Element = element;
        while (getComputedStyle(box).display === "inline" && box.parentElement) box = box.parentElement;
        const place = box.getBoundingClientRect();
        const boxStyle = getComputedStyle(box);
        for (const rect of range.getClientRects()) {
          const line = cut(element, rect);
          if (boxStyle.overflowX !== "visible") {
            line.left = Math.max(line.left, place.left);
            line.right = Math.min(line.right, place.right);
          }
          // Of lines that are one too many nothing is seen.
          if (boxStyle.overflowY !== "visible") {
            line.top = Math.max(line.top, place.top);
            line.bottom = Math.min(line.bottom, place.bottom);
          }
          if (isEmpty(line)) continue;
          if (line.right > place.right + SLACK_PX || line.left < place.left - SLACK_PX) {
            faults.add(
              `${nameOf(element)} sticks out of its box: ${line.left}–${line.right} of ${place.left}–${place.right}`,
            );
          }
          words.push({ ...line, layer: layerOf(element), element, what: nameOf(element) });
        }
      }
    }
    function liesOver(one: Drawn, other: Drawn): boolean {
      if (one.layer !== other.layer || one.element === other.element) return false;
      const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      const lower = Math.min(one.bottom - one.top, other.bottom - other.top);
      return width > SLACK_PX && height > lower * OVERLAP_SHARE;
    }
    for (const [index, one] of words.entries()) {
      for (const other of words.slice(index + 1)) {
        if (liesOver(one, other)) faults.add(`${one.what} lies over ${other.what}`);
      }
      for (const control of controls) {
        const isOwn = control.element.contains(one.element) || one.element.contains(control.element);
        const isLabel = one.element.closest("label")?.contains(control.element) ?? false;
        if (!isOwn && !isLabel && liesOver(one, control)) faults.add(`${one.what} lies over ${control.what}`);
      }
    }
    return [...faults];
  });
}
