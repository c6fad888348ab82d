import { listCreditedClaims } from "@/db/live/queries/rain-lost-packets";
import type { RedisClient } from "@/platform/redis/client";
import { defineHeld } from "@/platform/runtime/caches";
import { keepWonPacket, type WonPacket } from "../../queue/keep-won-packet";
import type { PacketClaim } from "../../queue/rain-claims";
import type { Resources } from "../context";

/** What a process showed as won lately is at hand for so long: further back than Redis should ever go. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_MAX = 100_000;
const AT_ONCE = 200;

interface Win {
  claim: PacketClaim;
  packetIndex: number;
  coins: number;
  atMs: number;
}

/** At most `REMEMBERED_MAX`; the older half goes first. */
const WINS = defineHeld((): Win[] => []);

/** Remembers what somebody is shown as won. On the hottest path of a rain: it only keeps a reference. */
export function rememberWin(
  redis: RedisClient,
  claim: PacketClaim,
  packetIndex: number,
  coins: number,
): void {
  const wins = redis.caches.of(WINS);
  if (wins.length >= REMEMBERED_MAX) wins.splice(0, REMEMBERED_MAX / 2);
  wins.push({ claim, packetIndex, coins, atMs: Date.now() });
}

/**
 * Redis may have forgotten packets that were shown as won: those of this process that are not credited are given to whoever
 * was shown them. Done by each web process at the beginning of an era, before anybody grabs.
 */
export async function keepRecentWins(resources: Pick<Resources, "live" | "redis" | "log">): Promise<void> {
  const { live, redis, log } = resources;
  const since = Date.now() - REMEMBERED_MS;
  const byRain = new Map<string, WonPacket[]>();
  for (const { claim, packetIndex, coins, atMs } of redis.caches.of(WINS)) {
    if (atMs < since) continue;
    const list = byRain.get(claim.rainId);
    const won = { ...claim, packetIndex, coins };
    if (list) list.push(won);
    else byRain.set(claim.rainId, [won]);
  }
  for (const [rainId, wins] of byRain) {
    const credited = await listCreditedClaims(live, rainId);
    const has = new Set(credited.map(({ userId, claimId }) => `${userId}/${claimId}`));
    const open = wins.filter(({ userId, claimId }) => !has.has(`${userId}/${claimId}`));
    for (let i = 0; i < open.length; i += AT_ONCE) {
      await Promise.all(open.slice(i, i + AT_ONCE).map((won) => keepWonPacket(redis, won)));
    }
    if (open.length > 0) log.warn({ rainId, packets: open.length }, "packets shown as won were queued again");
  }
}
