import type { LiveDb } from "@/db/client";
import { openLiveDb } from "@/db/client";
import { openWallets } from "@/db/live/ledger/accounts";
import { grantCoins } from "@/db/live/ledger/grant-coins";
import { postGifts, type QueuedGift } from "@/db/live/ledger/post-gifts";
import { insertSeedUsers } from "@/db/live/queries/seed";
import { findMadeAt, hasGifts, insertSeedStreams, isPaid } from "@/db/live/queries/seed-history";
import { bucketOf } from "@/domain/rules/bucket";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import { DEMO_ANCHOR_PHONES, DEMO_VIEWER_PHONES } from "@/domain/rules/demo-users";
import { newTraceId } from "@/platform/observability/trace";
import {
  DEMO_BIRTH_YEARS,
  DEMO_GENDERS,
  DEMO_GIFTS,
  DEMO_REGIONS,
  demoId,
  demoUserId,
  pick,
} from "./seed-demo";
import { makeStreams } from "./seed-streams";
import { chooseAnchor, type Fan, seedWatching, toFans } from "./seed-watching";

const DAYS = 30;
const REGULARS = 40;
/** Of all regulars together; evenings and weekends have more, nights less. */
const GIFTS_PER_HOUR = 5;
const GIFTS_AT_ONCE = 500;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** By the hour of the day there. */
const HOUR_WEIGHTS = [6, 3, 1, 1, 0, 0, 1, 2, 3, 3, 4, 5, 7, 6, 4, 4, 5, 6, 9, 14, 18, 20, 17, 11];

/**
 * A month of watching, and of gifts by people of their own to the anchors of the demo, posted as any gift is, so that its
 * charts and lobby show something and its books are whole. Nothing where anybody has given anything already; one that was cut off is carried to
 * its end, as of when it was begun. The people of the demo keep the coins they have. Returns how many gifts it posted.
 */
export async function seedHistory(
  options: { liveUrl: string },
  { onBatch }: { onBatch?: () => void } = {},
): Promise<number> {
  const live = openLiveDb(options.liveUrl, { poolMax: 4, applicationName: "downpour-seed" });
  try {
    const regulars = Array.from({ length: REGULARS }, (_, i) => demoId(`regular:${i}`));
    const [first = ""] = regulars;
    const isBegun = (await findMadeAt(live, first)) !== null;
    if (!isBegun && (await hasGifts(live))) return 0;
    await insertRegulars(live, regulars);
    const begunAt = (await findMadeAt(live, first)) as Date;
    const fans = toFans(regulars, DEMO_VIEWER_PHONES.map(demoUserId));
    const gifts = makeHistory(fans.slice(0, REGULARS), begunAt.getTime());
    const last = gifts.at(-1);
    if (!last || (await isPaid(live, last))) return 0;
    await seedWatching(live, fans, { nowMs: begunAt.getTime(), random: createRandom(20_260_102) });
    const streams = makeStreams(regulars, { nowMs: begunAt.getTime(), random: createRandom(20_260_103) });
    await insertSeedStreams(live, streams);
    await grantWhatTheyGive(live, gifts, begunAt);
    for (let at = 0; at < gifts.length; at += GIFTS_AT_ONCE) {
      await postGifts(live.sql, gifts.slice(at, at + GIFTS_AT_ONCE));
      onBatch?.();
    }
    return gifts.length;
  } finally {
    await live.close();
  }
}

async function insertRegulars(live: LiveDb, ids: readonly string[]): Promise<void> {
  await insertSeedUsers(
    live,
    ids.map((id, i) => ({
      id,
      name: `Regular ${i + 1} 常客`,
      email: `${id}@users.invalid`,
      phoneIndex: null,
      phoneCipher: null,
      role: "viewer",
      gender: pick(DEMO_GENDERS, i + 3),
      region: pick(DEMO_REGIONS, i),
      birthYear: pick(DEMO_BIRTH_YEARS, i),
    })),
  );
  await openWallets(live.sql, ids);
}

async function grantWhatTheyGive(live: LiveDb, gifts: readonly QueuedGift[], at: Date): Promise<void> {
  const coins = new Map<string, number>();
  for (const { senderId, priceCoins, count } of gifts)
    coins.set(senderId, (coins.get(senderId) ?? 0) + priceCoins * count);
  for (const [userId, amountCoins] of coins) {
    const bizId = demoId(`history:${userId}`);
    await grantCoins(live, { userId, bizId, amountCoins, traceId: newTraceId(), at });
  }
}

/** The same gifts in every demo of one hour; few people give much, most little. */
function makeHistory(regulars: readonly Fan[], nowMs: number): QueuedGift[] {
  const random = createRandom(20_260_101);
  const weights = HOUR_WEIGHTS.reduce((sum, weight) => sum + weight, 0) / HOUR_WEIGHTS.length;
  const gifts: QueuedGift[] = [];
  const endMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  for (let hourMs = endMs - DAYS * DAY_MS; hourMs < endMs; hourMs += HOUR_MS) {
    const local = new Date(hourMs + CALENDAR_UTC_OFFSET_MINUTES * 60_000);
    const isWeekend = local.getUTCDay() === 0 || local.getUTCDay() === 6;
    const weight = (HOUR_WEIGHTS[local.getUTCHours()] ?? 0) / weights;
    const many = Math.round(GIFTS_PER_HOUR * weight * (isWeekend ? 1.4 : 1) * (0.6 + 0.8 * random()));
    for (let i = 0; i < many; i++) {
      const sentAtMs = hourMs + Math.floor(random() * HOUR_MS);
      gifts.push(makeGift(regulars, random, sentAtMs, `history:${hourMs}:${i}`));
    }
  }
  return gifts;
}

function makeGift(
  regulars: readonly Fan[],
  random: () => number,
  sentAtMs: number,
  name: string,
): QueuedGift {
  // Squared: who stands first gives most.
  const fan = regulars[Math.floor(random() ** 2 * regulars.length)] as Fan;
  const senderId = fan.userId;
  const anchorPhone = DEMO_ANCHOR_PHONES[chooseAnchor(fan, random)] as string;
  const gift = DEMO_GIFTS[Math.floor(random() ** 1.7 * DEMO_GIFTS.length)] as (typeof DEMO_GIFTS)[number];
  return {
    bucket: bucketOf(senderId),
    giftOrderId: demoId(name),
    senderId,
    senderName: "",
    roomId: demoId(`room:${anchorPhone}`),
    sessionId: demoId(`history-session:${anchorPhone}`),
    anchorId: demoUserId(anchorPhone),
    giftId: gift.id,
    count: random() < 0.8 ? 1 : 10,
    priceCoins: gift.priceCoins,
    comboId: null,
    anonymous: false,
    traceId: newTraceId(),
    sentAt: new Date(sentAtMs).toISOString(),
  };
}

/** Mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c): small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
