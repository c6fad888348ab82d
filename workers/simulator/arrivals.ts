import type { Behaviour } from "./behaviour";
import type { SeededRandom } from "./random";

export const ACTIONS = ["gift", "enter", "chat", "follow", "refused"] as const;
export type Action = (typeof ACTIONS)[number];

/** Something that somebody means to do at a time of the run, in milliseconds from its start. */
export interface Intent {
  atMs: number;
  action: Action;
  /** The gift that goes on with the combo of this earlier one. */
  comboOf: number | null;
  /** From 0, in order of time. */
  number: number;
}

/**
 * An open loop: who comes does so by the clock and waits for nobody. Independent people come at exponential gaps (a Poisson
 * process), and a gift of theirs draws others of the same combo after it. The rate may be changed while it runs: gaps have no
 * memory, so that nothing has to be planned anew.
 */
export class Arrivals {
  readonly #behaviour: Behaviour;
  readonly #random: SeededRandom;
  #giftsPerSecond: number;
  #nextFreshMs = 0;
  #numbers = 0;
  /** Combos that go on, in order of time: all wait for the same time. */
  readonly #goingOn: { atMs: number; comboOf: number }[] = [];

  constructor(behaviour: Behaviour, random: SeededRandom, giftsPerSecond: number) {
    this.#behaviour = behaviour;
    this.#random = random;
    this.#giftsPerSecond = giftsPerSecond;
    this.#nextFreshMs = this.#gapMs();
  }

  setRate(giftsPerSecond: number, nowMs: number): void {
    this.#giftsPerSecond = giftsPerSecond;
    this.#nextFreshMs = nowMs + this.#gapMs();
  }

  /** Everything that is meant to happen up to then and was not taken yet, in order of time. */
  *takeUntil(nowMs: number): Generator<Intent, void, undefined> {
    for (;;) {
      const [following] = this.#goingOn;
      const atMs = Math.min(following?.atMs ?? Number.POSITIVE_INFINITY, this.#nextFreshMs);
      if (atMs > nowMs) return;
      const isFresh = atMs === this.#nextFreshMs;
      if (isFresh) this.#nextFreshMs = atMs + this.#gapMs();
      else this.#goingOn.shift();
      const number = this.#numbers++;
      const action = isFresh ? this.#draw() : "gift";
      if (action === "gift" && this.#random.chance(this.#behaviour.comboGoesOn)) {
        this.#goingOn.push({ atMs: atMs + this.#behaviour.comboTapMs, comboOf: number });
      }
      yield { atMs, action, comboOf: isFresh ? null : (following?.comboOf ?? null), number };
    }
  }

  /** When there is something to take, at the earliest. */
  get nextAtMs(): number {
    return Math.min(this.#goingOn[0]?.atMs ?? Number.POSITIVE_INFINITY, this.#nextFreshMs);
  }

  #gapMs(): number {
    const perSecond = ACTIONS.reduce((sum, action) => sum + this.#freshPerSecond(action), 0);
    return this.#random.gap(perSecond / 1_000);
  }

  #draw(): Action {
    const rates = ACTIONS.map((action) => this.#freshPerSecond(action));
    const all = rates.reduce((sum, rate) => sum + rate, 0);
    return this.#random.pickPart(ACTIONS.map((value, i) => ({ value, part: (rates[i] as number) / all })));
  }

  /** A combo that goes on with probability p has 1 / (1 - p) gifts: so many fewer begin. */
  #freshPerSecond(action: Action): number {
    const { comboGoesOn, perGift, chatPerSecondMax } = this.#behaviour;
    const gifts = this.#giftsPerSecond;
    if (action === "gift") return gifts * (1 - comboGoesOn);
    if (action === "chat") return Math.min(chatPerSecondMax, gifts * perGift.chat);
    return gifts * perGift[action];
  }
}
