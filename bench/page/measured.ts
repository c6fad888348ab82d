import type { Page } from "@playwright/test";
import type { MOTION } from "./bare-page";
import { type Interaction, type Screen, takeInteractions } from "./browser";

/** Where something is done. */
export type Surface = keyof typeof MOTION;
/** What a hand does; each has a floor of its own. */
type Gesture = "tap" | "focus" | "key" | "enter";

/** What a tap starts, as frames and requests, is over before the next one counts. */
export const SETTLE_MS = 900;
/** Below it the browser reports nothing. */
const UNREPORTED: Interaction = { id: 0, durationMs: 16, delayMs: 0, processingMs: 0, presentationMs: 16 };

interface Kept {
  surface: Surface;
  gesture: Gesture;
  what: string;
  interactions: Interaction[];
}

/** All interactions of a run by where, how and what. */
export class Measured {
  readonly #kept = new Map<string, Kept>();

  add(surface: Surface, gesture: Gesture, what: string, interactions: readonly Interaction[]): void {
    const key = `${surface}/${gesture}/${what}`;
    const kept = this.#kept.get(key) ?? { surface, gesture, what, interactions: [] };
    kept.interactions.push(...(interactions.length > 0 ? interactions : [UNREPORTED]));
    this.#kept.set(key, kept);
  }

  all(): Kept[] {
    return [...this.#kept.values()];
  }
}

/** A hand on a page: does one thing at a time, lets it settle, and writes down what the browser took for it. */
export class Hand {
  constructor(
    private readonly page: Page,
    private readonly screen: Screen,
    private readonly surface: Surface,
    private readonly measured: Measured,
  ) {}

  /** Forgets what came before. */
  async rest(ms = SETTLE_MS): Promise<void> {
    await this.page.waitForTimeout(ms);
    await takeInteractions(this.page);
  }

  async does(gesture: Gesture, what: string, act: () => Promise<void>): Promise<void> {
    await act();
    await this.page.waitForTimeout(SETTLE_MS);
    this.measured.add(this.surface, gesture, what, await takeInteractions(this.page));
  }

  async taps(what: string, selector: string, gesture: Gesture = "tap"): Promise<void> {
    await this.does(gesture, what, () => press(this.page, this.screen, selector));
  }

  /** As fast as a good typist, one key at a time. */
  async types(what: string, text: string): Promise<void> {
    await this.does("key", what, async () => {
      for (const letter of text) {
        await this.page.keyboard.press(letter, { delay: 60 });
        await this.page.waitForTimeout(200);
      }
    });
  }

  async enters(what: string): Promise<void> {
    await this.does("enter", what, () => this.page.keyboard.press("Enter"));
  }
}

/**
 * A finger or a mouse at the middle of an element. Playwright's own click looks for what lies there, in the page and with
 * its thread, which would be measured as well.
 */
async function press(page: Page, screen: Screen, selector: string): Promise<void> {
  const target = page.locator(selector);
  await target.waitFor();
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error(`There is no ${selector} to be seen.`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  if (screen.options.hasTouch) {
    await page.touchscreen.tap(x, y);
    return;
  }
  await page.mouse.move(x, y);
  // What a mouse does to what it points at is over before it is pressed.
  await page.waitForTimeout(SETTLE_MS / 3);
  await page.mouse.click(x, y);
}
