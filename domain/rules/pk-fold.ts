import type { PkCounts } from "./pk-states";

/** A paid gift as its record says; `sentAtMs` is when it was accepted. */
export interface PkGift {
  senderId: string;
  anonymous: boolean;
  roomId: string;
  giftId: string;
  totalCoins: number;
  sentAtMs: number;
}
/** Multiplies what one side is given between two instants, the later one excluded. Of a side they never overlap. */
export interface PkBooster {
  roomId: string;
  factorPercent: number;
  fromMs: number;
  toMs: number;
}
export interface PkRule {
  counts: PkCounts;
  giftId: string | null;
  roomIds: readonly string[];
  fromMs: number;
  /** Excluded. */
  toMs: number;
  boosters: readonly PkBooster[];
}
interface Given {
  senderId: string;
  anonymous: boolean;
  points: number;
  gifts: number;
}
export interface PkHelperFolded {
  /** Null gives without a name. */
  userId: string | null;
  points: number;
}
export interface PkSideFolded {
  points: number;
  helpers: PkHelperFolded[];
}

/** Whether a gift counts in a battle. The same question for its score and for its sender's receipt. */
export function countsInPk(rule: PkRule, gift: PkGift): boolean {
  return (
    rule.roomIds.includes(gift.roomId) &&
    gift.sentAtMs >= rule.fromMs &&
    gift.sentAtMs < rule.toMs &&
    (rule.counts !== "gift" || gift.giftId === rule.giftId)
  );
}

/** 1 coin is 1 point; a booster's part of a point is left out, gift by gift, so that any order gives the same sum. */
function pointsOf(rule: PkRule, gift: PkGift): number {
  const booster = rule.boosters.find(
    ({ roomId, fromMs, toMs }) => roomId === gift.roomId && gift.sentAtMs >= fromMs && gift.sentAtMs < toMs,
  );
  return booster ? Math.floor((gift.totalCoins * booster.factorPercent) / 100) : gift.totalCoins;
}

/** The score of a battle: a sum, so that gifts and refunds may come in any order and in any pieces. */
export class PkFold {
  readonly #given = new Map<string, Map<string, Given>>();

  constructor(readonly rule: PkRule) {
    for (const roomId of rule.roomIds) this.#given.set(roomId, new Map());
  }

  add(gift: PkGift): void {
    this.#change(gift, 1);
  }

  /** A refund takes a gift off, also before it was added. */
  takeOff(gift: PkGift): void {
    this.#change(gift, -1);
  }

  #change(gift: PkGift, sign: 1 | -1): void {
    if (!countsInPk(this.rule, gift)) return;
    const ofSide = this.#given.get(gift.roomId);
    if (!ofSide) return;
    const key = `${gift.senderId}/${gift.anonymous}`;
    const given = ofSide.get(key) ?? {
      senderId: gift.senderId,
      anonymous: gift.anonymous,
      points: 0,
      gifts: 0,
    };
    given.points += sign * pointsOf(this.rule, gift);
    given.gifts += sign;
    ofSide.set(key, given);
  }

  /** One entry for each room of the rule, in its order. */
  result(helpersMax: number): PkSideFolded[] {
    return this.rule.roomIds.map((roomId) => {
      const given = [...(this.#given.get(roomId)?.values() ?? [])].filter(({ gifts }) => gifts > 0);
      const points =
        this.rule.counts === "senders"
          ? new Set(given.map(({ senderId }) => senderId)).size
          : given.reduce((sum, one) => sum + one.points, 0);
      given.sort((a, b) => b.points - a.points || (a.senderId < b.senderId ? -1 : 1));
      const helpers = given
        .slice(0, helpersMax)
        .map((one) => ({ userId: one.anonymous ? null : one.senderId, points: one.points }));
      return { points, helpers };
    });
  }
}

/** When a booster of a side begins: at once, or after those that it has. */
export function queueBooster(ofSide: readonly { toMs: number }[], nowMs: number): number {
  return Math.max(nowMs, ...ofSide.map(({ toMs }) => toMs));
}
