import type { SpendingWallet } from "@/db/live/queries/wallets";
import type { GiftFailureReason, GiftOrderStatus, GiftQueueEntry } from "@/domain/contracts/gift";
import type { SpendingCaps } from "@/domain/contracts/policies";
import { bucketOf } from "@/domain/rules/bucket";
import type { RateWindow } from "@/domain/rules/rate-limit";
import { type CapName, capsAt, NO_CAPS, spendingDay, spentOn } from "@/domain/rules/spending";
import type { RedisClient } from "@/platform/redis/client";
import { giftOrderKey, giftStreamKey, walletKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import { sharedNowMs, type ToldTime, toldJustNow } from "@/platform/runtime/shared-clock";
import type { CallNonce } from "./call-nonce";
import forgetSource from "./forget-lost-order.lua";
import intakeSource from "./intake.lua";
import loadWalletSource from "./load-wallet.lua";
import { findQueuedGift, parseReservation, reservationField } from "./reservations";
import { writeGiftEntry } from "./write-gift-entry";

/** A cached balance that nobody touches is forgotten after this; one with orders on their way later (see intake.lua). */
export const WALLET_CACHE_SECONDS = 24 * 3600;

const intakeScript = defineScript(intakeSource);
const loadWalletScript = defineScript(loadWalletSource);
const forgetScript = defineScript(forgetSource);

export interface OrderState {
  status: Exclude<GiftOrderStatus, "unknown">;
  reason?: GiftFailureReason;
  priceCoins: number;
  totalCoins: number;
  traceId: string;
}

export type IntakeResult =
  | ({ kind: "new" | "seen" } & OrderState)
  /** The signed call came before. */
  | { kind: "replayed" }
  | { kind: "conflict" }
  | { kind: "cold" }
  | { kind: "frozen" }
  | { kind: "poor"; balanceCoins: number; pendingCoins: number }
  /** `capped`: refused; `half`: refused until the sender confirms to go beyond half of the cap. */
  | { kind: "capped" | "half"; cap: CapName; spentCoins: number; maxCoins: number }
  | { kind: "fast"; retryAfterMs: number }
  /** The time in the entry is not that of the others: nothing was done. */
  | { kind: "clock"; told: ToldTime };

/** What makes two sendings the same order: another room, gift or count under the same id is a conflict. */
interface OrderFacts {
  roomId: string;
  giftId: string;
  count: number;
}

export function orderFingerprint({ roomId, giftId, count }: OrderFacts): string {
  return `${roomId}|${giftId}|${count}`;
}

/** The same question without building texts, for the debits. */
export function isSameOrder(one: OrderFacts, other: OrderFacts): boolean {
  return one.roomId === other.roomId && one.giftId === other.giftId && one.count === other.count;
}

/** What bounds this sending besides the balance. */
export interface IntakeRules {
  limits: readonly RateWindow[];
  /** The platform's; the viewer's own lie in the cached wallet. */
  caps: SpendingCaps;
  /** The sender has been asked, and goes beyond half of a cap. */
  confirmed: boolean;
  /** The entry says that it is sent now, and what counts as today follows from it: it must be right. */
  sentNow?: boolean;
  /** Of the call by which it comes, as the entry has it; noted here, unless it is used. */
  nonce?: CallNonce | undefined;
}

export const NO_RULES: IntakeRules = { limits: [], caps: NO_CAPS, confirmed: false };

let keyedDay = "";
let dayKey = "";
/** The day in which a gift counts, as it stands in the cache: `20261121`. */
export function spendingDayKey(sentAtMs: number): string {
  const day = spendingDay(sentAtMs);
  if (day !== keyedDay) {
    dayKey = day.replaceAll("-", "");
    keyedDay = day;
  }
  return dayKey;
}

/** Caps as the scripts read them: `gift:day:month`, empty where there is none. */
export function capsText({ giftCoinsMax, dayCoinsMax, monthCoinsMax }: SpendingCaps): string {
  return `${giftCoinsMax ?? ""}:${dayCoinsMax ?? ""}:${monthCoinsMax ?? ""}`;
}

let limitsKnown: readonly RateWindow[] | undefined;
let limitsKnownText = "";
/** Rate windows as the script reads them; they are the same ones for gift after gift. */
function limitsText(limits: readonly RateWindow[]): string {
  if (limits !== limitsKnown) {
    limitsKnownText = limits.map(({ limit, windowSeconds }) => `${limit}:${windowSeconds}`).join(":");
    limitsKnown = limits;
  }
  return limitsKnownText;
}

/** Runs the intake script: one round trip that dedupes, limits, reserves and queues. `cold` asks for `cacheWallet`. */
export async function acceptGift(
  redis: RedisClient,
  entry: GiftQueueEntry,
  { limits, caps, confirmed, sentNow, nonce: callNonce }: IntakeRules = NO_RULES,
): Promise<IntakeResult> {
  const { priceCoins, traceId, senderId, giftOrderId } = entry;
  const nonce = callNonce?.isUsed ? undefined : callNonce;
  const totalCoins = priceCoins * entry.count;
  const sentAtMs = Date.parse(entry.sentAt);
  const args = [
    orderFingerprint(entry),
    writeGiftEntry(entry),
    totalCoins,
    giftOrderId,
    spendingDayKey(sentAtMs),
    capsText(caps),
    confirmed ? "1" : "",
    limitsText(limits),
    senderId,
    sentNow ? sentAtMs : "",
    nonce?.text ?? "",
    nonce?.keptMs ?? 0,
  ];
  const keys = [giftOrderKey(senderId, giftOrderId), walletKey(senderId), giftStreamKey(bucketOf(senderId))];
  if (nonce) keys.push(nonce.key);
  const askedAtMs = performance.now();
  const reply = (await intakeScript.run(redis, keys, args)) as "NEW" | [string, ...(string | number)[]];
  const isNoted = reply === "NEW" || (reply[0] !== "COLD" && reply[0] !== "CLOCK");
  if (nonce && isNoted) nonce.isUsed = true;
  if (reply === "NEW") return { kind: "new", status: "pending", priceCoins, totalCoins, traceId };
  switch (reply[0]) {
    case "SEEN":
      return {
        kind: "seen",
        status: reply[1] as OrderState["status"],
        reason: (reply[2] as GiftFailureReason) || undefined,
        priceCoins: Number(reply[3]),
        totalCoins: Number(reply[4]),
        traceId: String(reply[5]),
      };
    case "REPLAYED":
      return { kind: "replayed" };
    case "CONFLICT":
      return { kind: "conflict" };
    case "COLD":
      return { kind: "cold" };
    case "FROZEN":
      return { kind: "frozen" };
    case "POOR":
      return { kind: "poor", balanceCoins: Number(reply[1]), pendingCoins: Number(reply[2]) };
    case "CAPPED":
    case "HALF":
      return {
        kind: reply[0] === "HALF" ? "half" : "capped",
        cap: reply[1] as CapName,
        spentCoins: Number(reply[2]),
        maxCoins: Number(reply[3]),
      };
    case "FAST":
      return { kind: "fast", retryAfterMs: Number(reply[1]) };
    case "CLOCK":
      return { kind: "clock", told: toldJustNow(Number(reply[1]), askedAtMs) };
    default:
      throw new Error(`The intake script answered ${reply[0]}.`);
  }
}

export interface CachedWallet {
  balanceCoins: number;
  /** Reserved by gifts on their way. */
  pendingCoins: number;
  version: number;
}

/** Caches a wallet read from the database unless the cache knows a newer one; returns what the cache holds after. */
export async function cacheWallet(
  redis: RedisClient,
  userId: string,
  wallet: SpendingWallet,
): Promise<CachedWallet> {
  const nowMs = sharedNowMs();
  const spent = spentOn(wallet.spent, spendingDay(nowMs));
  const reply = (await loadWalletScript.run(
    redis,
    [walletKey(userId)],
    [
      wallet.balanceCoins,
      wallet.version,
      wallet.frozen ? "1" : "",
      WALLET_CACHE_SECONDS,
      capsText(capsAt(wallet.ownCaps, nowMs)),
      spent.day.replaceAll("-", ""),
      spent.dayCoins,
      spent.monthCoins,
    ],
  )) as [string, string, string];
  return { balanceCoins: Number(reply[0]), pendingCoins: Number(reply[1]), version: Number(reply[2]) };
}

/** The cached balance, or undefined when it is not cached. */
export async function findCachedWallet(
  redis: RedisClient,
  userId: string,
): Promise<CachedWallet | undefined> {
  const [balance, reserved, version] = await redis.hmget(walletKey(userId), "bal", "res", "ver");
  if (balance == null) return undefined;
  return { balanceCoins: Number(balance), pendingCoins: Number(reserved ?? 0), version: Number(version) };
}

/** An order as Redis knows it, with what it was sent with. */
interface KnownOrder extends OrderState {
  fingerprint: string;
  /** Of the call that was accepted; '' where it was not signed. */
  nonce: string;
}

/** How an order stands, with the fingerprint it was sent with; undefined when Redis does not know it, or has lost its entry. */
export async function findOrderState(
  redis: RedisClient,
  senderId: string,
  giftOrderId: string,
): Promise<KnownOrder | undefined> {
  // In this order: what was on its way when it was asked for, and is not any more, has ended by then.
  const [onItsWay, ended] = await Promise.all([
    redis.hget(walletKey(senderId), reservationField(giftOrderId)),
    redis.get(giftOrderKey(senderId, giftOrderId)),
  ]);
  if (ended !== null) return parseEnded(ended);
  if (onItsWay === null) return undefined;
  const gift = await findQueuedGift(redis, senderId, giftOrderId, parseReservation(onItsWay).entryId);
  if (!gift) {
    const meanwhile = await redis.get(giftOrderKey(senderId, giftOrderId));
    return meanwhile === null ? undefined : parseEnded(meanwhile);
  }
  const { priceCoins, count, traceId, nonce = "" } = gift;
  const fingerprint = orderFingerprint(gift);
  return { fingerprint, nonce, status: "pending", priceCoins, totalCoins: priceCoins * count, traceId };
}

/** The value of an order that has ended, as finalise.lua writes it. */
export function parseEnded(value: string): KnownOrder {
  const [fingerprint = "", status, reason, price, total, traceId = "", nonce = ""] = value.split(";");
  return {
    fingerprint,
    nonce,
    status: status as OrderState["status"],
    reason: (reason as GiftFailureReason) || undefined,
    priceCoins: Number(price),
    totalCoins: Number(total),
    traceId,
  };
}

/**
 * Forgets an order on its way whose queue entry was lost, and gives its reservation back. The caller has made sure that
 * the database does not hold it. Returns false when there is no such order, or it is queued after all.
 */
export async function forgetLostOrder(
  redis: RedisClient,
  senderId: string,
  giftOrderId: string,
): Promise<boolean> {
  const keys = [walletKey(senderId), giftStreamKey(bucketOf(senderId))];
  return (await forgetScript.run(redis, keys, [giftOrderId, senderId])) === 1;
}
