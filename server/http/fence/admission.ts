/**
 * Lets in as many calls as can be answered in time, and sends the others away at once, before anything is done for them:
 * a call that is accepted and answered after its caller has gone costs as much as one that is answered.
 *
 * Three things are bounded. How many calls are under way: the bound follows from how long they take, so that it is right
 * for whatever the machine can do at the moment. How far the process is behind with its events: what is read then has
 * waited unseen. One moment of standing still is no reason, only what lasts. And what waits for something else than this process, a database that hangs: it is
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
  /** While they take longer, fewer are let in. */
  targetMs: number;
  /** How far behind the process may be. */
  behindMsMax: number;
}

const RULES: Record<CallKind, KindRules> = {
  gift: { atOnceMax: 256, atOnceMin: 32, targetMs: 80, behindMsMax: 800 },
  money: { atOnceMax: 256, atOnceMin: 16, targetMs: 150, behindMsMax: 600 },
  other: { atOnceMax: 256, atOnceMin: 16, targetMs: 300, behindMsMax: 400 },
  page: { atOnceMax: Number.POSITIVE_INFINITY, atOnceMin: 0, targetMs: 0, behindMsMax: 400 },
};

export const TICK_MS = 20;
/** Bounds are looked at this often, by the clock: ticks come late just when it matters. */
const ADJUST_MS = 100;
/** It is as far behind as it was at least in this many ticks in a row. */
const BEHIND_TICKS = 3;
const SHRINK = 0.8;
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
  answeredYoung = 0;
  answeredStuck = 0;
  tookMs = 0;
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
    if (tick - pass.tick >= YOUNG_TICKS) {
      this.stuck -= 1;
      this.answeredStuck += 1;
      return;
    }
    this.answeredYoung += 1;
    this.tookMs += nowMs - pass.startedMs;
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
    // Where nothing was answered, nothing is known; where only what was stuck, it is all slow.
    const isSlow =
      this.answeredYoung > 0 ? this.tookMs > targetMs * this.answeredYoung : this.answeredStuck > 0;
    if (isSlow) this.atOnce = Math.max(atOnceMin, this.atOnce * SHRINK);
    else if (this.answeredYoung > 0 && this.youngMax >= this.atOnce * BUSY_PART)
      this.atOnce = Math.min(atOnceMax, this.atOnce * GROW + 1);
    this.answeredYoung = 0;
    this.answeredStuck = 0;
    this.tookMs = 0;
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
  #adjustedMs: number;
  #behindMs = 0;
  readonly #lately: number[] = Array.from({ length: BEHIND_TICKS }, () => 0);
  #timer: NodeJS.Timeout | undefined;

  constructor(nowMs: number = performance.now()) {
    this.#tickedMs = nowMs;
    this.#adjustedMs = nowMs;
  }

  /** How far the process is behind with its events, in milliseconds. */
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
    this.#lately[this.#tick % BEHIND_TICKS] = Math.max(0, nowMs - this.#tickedMs - TICK_MS);
    this.#behindMs = Math.min(...this.#lately);
    this.#tickedMs = nowMs;
    this.#tick += 1;
    for (const kind of CALL_KINDS) this.#counts[kind].age(this.#tick);
    if (nowMs - this.#adjustedMs < ADJUST_MS) return;
    this.#adjustedMs = nowMs;
    for (const kind of CALL_KINDS) this.#counts[kind].adjust();
  }

  /** Whether something more important needs what there is. */
  #isBusy(kind: "money" | "other"): boolean {
    const { gift, money } = this.#counts;
    if (gift.young >= gift.atOnce * BUSY_PART) return true;
    return kind === "other" && money.young >= money.atOnce * BUSY_PART;
  }
}
