import type { LiveDb } from "@/db/client";

/** Ten claims with most coins; of equal ones who won them first, within a millisecond the lower index. */
export async function listLuckiest(
  db: LiveDb,
  rainId: string,
): Promise<{ userId: string; nickname: string; coins: number; packetIndex: number }[]> {
  const rows = await db.sql<{ user_id: string; name: string | null; coins: string; packet_index: number }[]>`
    SELECT c.user_id, u.name, c.coins, c.packet_index
    FROM rain_claims c LEFT JOIN users u ON u.id = c.user_id
    WHERE c.rain_id = ${rainId} ORDER BY c.coins DESC, c.claimed_at, c.packet_index LIMIT 10`;
  return rows.map((row) => ({
    userId: row.user_id,
    nickname: row.name ?? "",
    coins: Number(row.coins),
    packetIndex: row.packet_index,
  }));
}

export async function countClaimers(db: LiveDb, rainId: string): Promise<number> {
  const [row] = await db.sql<{ viewers: number }[]>`
    SELECT count(DISTINCT user_id)::int AS viewers FROM rain_claims WHERE rain_id = ${rainId}`;
  return row?.viewers ?? 0;
}

/** Claims over the time a rain fell, in equal parts; parts without any are there with zeros. */
export async function sumClaimsOverTime(
  db: LiveDb,
  input: { rainId: string; startedAt: Date; until: Date; parts: number },
): Promise<{ fromMs: number; claims: number; coins: number }[]> {
  const { rainId, startedAt, until, parts } = input;
  const partMs = Math.max(1, Math.ceil((until.getTime() - startedAt.getTime()) / parts));
  const rows = await db.sql<{ part: number; claims: number; coins: string }[]>`
    SELECT least(${parts - 1}, greatest(0, floor(extract(epoch FROM claimed_at - ${startedAt}::timestamptz) * 1000
      / ${partMs})))::int AS part, count(*)::int AS claims, sum(coins) AS coins
    FROM rain_claims WHERE rain_id = ${rainId} GROUP BY 1`;
  const byPart = new Map(rows.map((row) => [row.part, row]));
  return Array.from({ length: parts }, (_, part) => ({
    fromMs: part * partMs,
    claims: byPart.get(part)?.claims ?? 0,
    coins: Number(byPart.get(part)?.coins ?? 0),
  }));
}

/** Claimed packets from an index on, by index. */
export async function listClaimedPackets(
  db: LiveDb,
  input: { rainId: string; fromIndex: number; limit: number },
): Promise<[packetIndex: number, coins: number][]> {
  const rows = await db.sql<{ packet_index: number; coins: string }[]>`
    SELECT packet_index, coins FROM rain_claims
    WHERE rain_id = ${input.rainId} AND packet_index >= ${input.fromIndex}
    ORDER BY packet_index LIMIT ${input.limit}`;
  return rows.map((row) => [row.packet_index, Number(row.coins)]);
}

/** Every red packet that somebody ever grabbed. */
export async function sumGrabbed(
  { sql }: LiveDb,
  userId: string,
): Promise<{ packets: number; coins: number }> {
  const [row] = await sql<{ packets: string; coins: string }[]>`
    SELECT count(*) AS packets, coalesce(sum(coins), 0) AS coins FROM rain_claims WHERE user_id = ${userId}`;
  return { packets: Number(row?.packets ?? 0), coins: Number(row?.coins ?? 0) };
}
