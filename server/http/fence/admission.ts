/**
 * Lets in as many calls as can be answered in time, and sends the others away at once, before anything is done for them:
 * a call that is accepted and answered after its caller has gone costs as much as one that is answered.
 *
 * Three things are bounded. How many calls are under way: the bound follows from how long the quickest of them take, so
 * that it is right for whatever the machine can do at the moment. How far the process is behind with its events: what
 * was read then has waited unseen. And what waits for something else than this process, a database that hangs: it is
 * counted apart, because it takes nothing from those who do not need it.
 */

/** In the order in which they are let in: what moves coins, what is asked about money, everything else, pages. */
export const CALL_KINDS = ["gift", "money", "other", "page"] as const;
export type CallKind = (typeof CALL_KINDS)[number];
export type RefusalReason = "behind" | "full" | "stuck" | "reserve";

interface KindRules {
  /** Calls at once: as many at most, and never fewer, however slow they are. */
  atOnceMax: number;
  atOnceMin: number;
  /** While even the quickest take longer, fewer are let in. */
  targetMs: number;
  /** How far behind the process may be. */
  behindMsMax: number;
}

const RULES: Record<CallKind, KindRules> = {
  gift: { atOnceMax: 256, atOnceMin: 16, targetMs: 200, behindMsMax: 500 },
  money: { atOnceMax: 128, atOnceMin: 8, targetMs: 300, behindMsMax: 300 },
  other: { atOnceMax: 128, atOnceMin: 4, targetMs: 500, behindMsMax: 200 },
  page: { atOnceMax: Number.POSITIVE_INFINITY, atOnceMin: 0, targetMs: 0, behindMsMax: 200 },
};

export const TICK_MS = 20;
/** Ticks after which bounds are looked at. */
const ADJUST_TICKS = 5;
const SHRINK = 0.85;
const GROW = 1.1;
/** A call that is under way for this many ticks, a second, waits for something else than this process. */
const YOUNG_TICKS = 50;
/** Such calls of one kind; what they hold is memory. */
const STUCK_MAX = 1_000;
/** Less important kinds wait while a more important one uses this part of its bound. */
const BUSY_PART = 0.75;

/** A call that was let in. */
export interface Pass {
  readonly kind: CallKind;
  readonly tick: number;
  readonly startedMs: number;
}

class KindCount {
  atOnce: number;
  young = 0;
  stuck = 0;
  /** Since bounds were last looked at. */
  youngMax = 0;
  quickestMs = Number.POSITIVE_INFINITY;
  /** Young calls by the tick in which they came in. */
  readonly #byTick = new Uint32Array(YOUNG_TICKS);

  constructor(readonly rules: KindRules) {
    this.atOnce = rules.atOnceMax;
  }

  enter(tick: number): void {
    this.#byTick[tick % YOUNG_TICKS] = (this.#byTick[tick % YOUNG_TICKS] ?? 0) + 1;
    this.young += 1;
    if (this.young > this.youngMax) this.youngMax = this.young;
  }

  leave(pass: Pass, tick: number, nowMs: number): void {
    const tookMs = nowMs - pass.startedMs;
    if (tookMs < this.quickestMs) this.quickestMs = tookMs;
    if (tick - pass.tick >= YOUNG_TICKS) {
      this.stuck -= 1;
      return;
    }
    this.#byTick[pass.tick % YOUNG_TICKS] = (this.#byTick[pass.tick % YOUNG_TICKS] ?? 1) - 1;
    this.young -= 1;
  }

  /** Whatever came in a second ago and is still there is young no more. */
  age(tick: number): void {
    const index = tick % YOUNG_TICKS;
    const old = this.#byTick[index] ?? 0;
    this.#byTick[index] = 0;
    this.young -= old;
    this.stuck += old;
  }

  adjust(): void {
    const { atOnceMax, atOnceMin, targetMs } = this.rules;
    // Where nothing was answered, nothing is known.
    if (this.quickestMs !== Number.POSITIVE_INFINITY) {
      if (this.quickestMs > targetMs) this.atOnce = Math.max(atOnceMin, this.atOnce * SHRINK);
      else if (this.youngMax >= this.atOnce * BUSY_PART)
        this.atOnce = Math.min(atOnceMax, this.atOnce * GROW + 1);
    }
    this.quickestMs = Number.POSITIVE_INFINITY;
    this.youngMax = this.young;
  }
}

export class Admission {
  readonly #counts: Record<CallKind, KindCount> = {
    gift: new KindCount(RULES.gift),
    money: new KindCount(RULES.money),
    other: new KindCount(RULES.other),
    page: new KindCount(RULES.page),
  };
  #tick = 0;
  #tickedMs: number;
  #behindMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(nowMs: number = performance.now()) {
    this.#tickedMs = nowMs;
  }

  /** How far the process was behind with its events when it last looked, in milliseconds. */
  get behindMs(): number {
    return this.#behindMs;
  }

  start(): void {
    this.#tickedMs = performance.now();
    this.#timer = setInterval(() => this.tick(performance.now()), TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Calls of a kind that are under way. */
  underWay(kind: CallKind): number {
    const { young, stuck } = this.#counts[kind];
    return young + stuck;
  }

  /** Why a call of this kind is not let in now; undefined when it is. */
  findObstacle(kind: CallKind): RefusalReason | undefined {
    const count = this.#counts[kind];
    if (this.#behindMs > count.rules.behindMsMax) return "behind";
    if (kind === "page") return undefined;
    if (count.young >= count.atOnce) return "full";
    if (count.stuck >= STUCK_MAX) return "stuck";
    return kind !== "gift" && this.#isBusy(kind) ? "full" : undefined;
  }

  enter(kind: CallKind, nowMs: number = performance.now()): Pass {
    this.#counts[kind].enter(this.#tick);
    return { kind, tick: this.#tick, startedMs: nowMs };
  }

  leave(pass: Pass, nowMs: number = performance.now()): void {
    this.#counts[pass.kind].leave(pass, this.#tick, nowMs);
  }

  /** Once every `TICK_MS`, or as soon after as the process comes to it. */
  tick(nowMs: number): void {
    this.#behindMs = Math.max(0, nowMs - this.#tickedMs - TICK_MS);
    this.#tickedMs = nowMs;
    this.#tick += 1;
    for (const kind of CALL_KINDS) this.#counts[kind].age(this.#tick);
    if (this.#tick % ADJUST_TICKS === 0) for (const kind of CALL_KINDS) this.#counts[kind].adjust();
  }

  /** Whether something more important needs what there is. */
  #isBusy(kind: "money" | "other"): boolean {
    const { gift, money } = this.#counts;
    if (gift.young >= gift.atOnce * BUSY_PART) return true;
    return kind === "other" && money.young >= money.atOnce * BUSY_PART;
  }
}
