import { randomBytes, randomUUID } from "node:crypto";
import { fundRain } from "@/db/live/queries/rain-money";
import { insertRain } from "@/db/live/queries/rains";
import type { RainClaimEntry, RainStatus } from "@/domain/contracts/rain";
import { shardCountFor } from "@/domain/rules/rain-shards";
import { commitTo, splitPackets } from "@/domain/rules/split-packets";
import { newTraceId } from "@/platform/observability/trace";
import type { Resources } from "../services/context";
import { openWallet } from "./money-harness";

export interface TestRain {
  rainId: string;
  roomId: string;
  anchorId: string;
  budgetCoins: number;
  /** By packet. */
  amounts: number[];
}

const ENTROPY = ["7:0197a0b0-1c2d-7e3f-8a4b-5c6d7e8f9a0b"];

/** A rain in a room of its own, its budget in escrow, at the given status. */
export async function openRain(
  { live }: Pick<Resources, "live">,
  facts: {
    budgetCoins: number;
    packetCount: number;
    status?: RainStatus;
    fundedBy?: "anchor" | "promotion";
    rainId?: string;
  },
): Promise<TestRain> {
  const { budgetCoins, packetCount, status = "started", fundedBy = "anchor", rainId = randomUUID() } = facts;
  const [anchorId, roomId] = [randomUUID(), randomUUID()];
  const serverSeed = randomBytes(32).toString("hex");
  await live.sql`
    INSERT INTO users (id, name, email, role) VALUES (${anchorId}, 'anchor', ${`${anchorId}@example.test`}, 'anchor')`;
  await live.sql`
    INSERT INTO rooms (id, anchor_id, title, category) VALUES (${roomId}, ${anchorId}, 'room', 'music')`;
  await openWallet({ live }, anchorId, fundedBy === "anchor" ? budgetCoins : 0);
  if (fundedBy === "promotion") {
    await live.sql`
      INSERT INTO rain_grants (grant_id, anchor_id, coins, reason, created_by, trace_id, created_at)
      VALUES (${randomUUID()}, ${anchorId}, ${2 * budgetCoins}, 'for a test', ${anchorId}, ${newTraceId()}, now())`;
  }
  await insertRain(live, {
    rainId,
    code: randomBytes(16).toString("hex"),
    roomId,
    anchorId,
    status: "created",
    fundedBy,
    budgetCoins,
    packetCount,
    durationSeconds: 60,
    claimsPerViewer: 1,
    serverSeed,
    commitment: commitTo(serverSeed),
    shardCount: shardCountFor(packetCount),
    traceId: newTraceId(),
    createdAt: new Date(),
  });
  const funded = await fundRain(live, {
    rainId,
    entropy: ENTROPY,
    pendingCoins: 0,
    dayBudgetCoinsMax: budgetCoins,
    dayStart: new Date(0),
    traceId: newTraceId(),
  });
  if (funded.kind !== "funded") throw new Error(`The rain could not be paid for: ${funded.kind}.`);
  await live.sql`UPDATE rains SET status = ${status} WHERE rain_id = ${rainId}`;
  const amounts = splitPackets(serverSeed, { rainId, budgetCoins, packetCount, entropy: ENTROPY });
  return { rainId, roomId, anchorId, budgetCoins, amounts };
}

/** A viewer's claim that got this packet, as the claim script queues it. */
export function claimEntry(
  rain: TestRain,
  packetIndex: number,
  userId: string,
  facts: Partial<RainClaimEntry> = {},
): RainClaimEntry {
  return {
    rainId: rain.rainId,
    packetIndex,
    coins: rain.amounts[packetIndex] ?? 1,
    userId,
    claimId: randomUUID(),
    traceId: newTraceId(),
    claimedAt: new Date().toISOString(),
    ...facts,
  };
}
