import type { FinanceDb } from "@/db/client";
import type { AudienceFigures } from "@/domain/contracts/audience";

export async function findAudienceWeek(
  { sql }: FinanceDb,
  { anchorId, week }: { anchorId: string; week: string },
): Promise<AudienceFigures | null> {
  const [row] = await sql<{ figures: AudienceFigures }[]>`
    SELECT figures FROM audience_weeks WHERE anchor_id = ${anchorId} AND week = ${week}::date`;
  return row?.figures ?? null;
}

/** Keeps what a week was, and returns what is kept: the first of several who made it at once. */
export async function keepAudienceWeek(
  db: FinanceDb,
  { anchorId, figures }: { anchorId: string; figures: AudienceFigures },
): Promise<AudienceFigures> {
  const { week } = figures;
  await db.sql`
    INSERT INTO audience_weeks (anchor_id, week, figures) VALUES (${anchorId}, ${week}::date, ${JSON.stringify(figures)}::text::jsonb)
    ON CONFLICT (anchor_id, week) DO NOTHING`;
  return (await findAudienceWeek(db, { anchorId, week })) ?? figures;
}
