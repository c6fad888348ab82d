ALTER TABLE "rains" ADD COLUMN "luckiest_at" timestamp (3) with time zone;--> statement-breakpoint
-- What is won already: of equal packets the first counts from now on.
UPDATE "rains" r SET "luckiest_user_id" = l.user_id, "luckiest_coins" = l.coins, "luckiest_index" = l.packet_index,
  "luckiest_at" = l.claimed_at
FROM (
  SELECT DISTINCT ON (rain_id) rain_id, user_id, coins, packet_index, claimed_at FROM "rain_claims"
  ORDER BY rain_id, coins DESC, claimed_at, packet_index
) l WHERE l.rain_id = r.rain_id;
