import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { LiveDb } from "@/db/client";
import { grantCoins } from "@/db/live/ledger/grant-coins";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import type { Rain } from "@/domain/contracts/rain";
import { DEMO_ANCHOR_PHONES } from "@/domain/rules/demo-users";
import { newTraceId } from "@/platform/observability/trace";
import { type SignedIn, signIn } from "./people";
import { trpcGet, trpcPost } from "./trpc";

/** Settings under which rains are measured: limits raised by setting, never by a bypass. */
export const RAISED_RAIN_LIMITS = {
  RATE_LIMIT_RAIN: "1000000/1",
  RATE_LIMIT_RAIN_CREATE: "1000000/1",
  RATE_LIMIT_RAIN_CLAIM: "1000000/1",
};

const POLL_MS = 20;

/** One of the demo anchors, who may rain as much as she likes: coins through the ledger, limits by the policy. */
export async function signInRainyAnchor(
  webUrl: string,
  live: LiveDb,
  number = 0,
): Promise<SignedIn & { roomId: string }> {
  const anchor = await signIn(webUrl, DEMO_ANCHOR_PHONES[number] ?? "");
  const by = { actorId: PLATFORM_ACTOR_ID, reason: "bench", traceId: newTraceId(), approval: undefined };
  const policy = {
    budgetCoinsMax: 1_000_000_000,
    dayBudgetCoinsMax: 1_000_000_000_000,
    packetCountMax: 100_000,
    durationSecondsMax: 3_600,
    claimsPerViewerMax: 20,
    madeGoodDayCoinsMax: 0,
  };
  await inTransaction(live.sql, (tx) => writePolicy(tx, "rain", policy, by));
  await grantCoins(live, {
    userId: anchor.userId,
    bizId: randomUUID(),
    amountCoins: 1_000_000_000,
    traceId: newTraceId(),
    at: new Date(),
  });
  const { items } = await trpcGet<{ items: { roomId: string; anchor: { userId: string } }[] }>(
    webUrl,
    "room.list",
    { limit: 50 },
  );
  const room = items.find((item) => item.anchor.userId === anchor.userId);
  if (!room) throw new Error("The anchor's room is not live.");
  return { ...anchor, roomId: room.roomId };
}

/** A rain that is ready, and how long preparing took. */
export async function makeReadyRain(
  webUrl: string,
  anchor: SignedIn,
  facts: { budgetCoins: number; packetCount: number; claimsPerViewer?: number; durationSeconds?: number },
): Promise<{ rain: Rain; prepareMs: number }> {
  const created = await trpcPost<Rain>(
    webUrl,
    "rain.create",
    { durationSeconds: 3_600, claimsPerViewer: 1, ...facts },
    anchor.cookie,
  );
  const { rainId } = created;
  const startedMs = performance.now();
  await trpcPost(webUrl, "rain.prepare", { rainId }, anchor.cookie);
  for (;;) {
    const rain = await trpcGet<Rain>(webUrl, "rain.get", { rainId }, anchor.cookie);
    if (rain.status === "ready") return { rain, prepareMs: performance.now() - startedMs };
    if (performance.now() - startedMs > 30_000) throw new Error(`The rain is ${rain.status} after 30 s.`);
    await delay(POLL_MS);
  }
}

/** Lets it fall; the answer has the code. */
export async function letFall(
  webUrl: string,
  anchor: SignedIn,
  rainId: string,
): Promise<Rain & { code: string }> {
  const rain = await trpcPost<Rain>(webUrl, "rain.start", { rainId }, anchor.cookie);
  if (!rain.code) throw new Error("A rain that falls has no code.");
  return { ...rain, code: rain.code };
}

/** Waits until nothing of it is open any more. */
export async function waitUntilEnded(
  webUrl: string,
  anchor: SignedIn,
  rainId: string,
  waitMs: number,
): Promise<Rain> {
  const until = performance.now() + waitMs;
  for (;;) {
    const rain = await trpcGet<Rain>(webUrl, "rain.get", { rainId }, anchor.cookie);
    if (rain.status === "ended") return rain;
    if (performance.now() > until)
      throw new Error(`The rain is still ${rain.status}: ${JSON.stringify(rain)}`);
    await delay(100);
  }
}
