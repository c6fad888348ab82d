-- Bans of people and rooms were columns of their own; they become restrictions, which a job carries out to their end.
INSERT INTO "account_restrictions" ("id", "user_id", "kind", "source", "reason", "until", "created_by", "trace_id")
SELECT gen_random_uuid(), "id", 'signIn', 'account', left(coalesce(nullif(trim("ban_reason"), ''), 'Banned before reasons were kept.'), 500),
  "ban_expires", '00000000-0000-0000-0000-000000000000', repeat('0', 32)
FROM "users" WHERE "banned" AND ("ban_expires" IS NULL OR "ban_expires" > now());--> statement-breakpoint
INSERT INTO "account_restrictions" ("id", "user_id", "kind", "source", "reason", "created_by", "trace_id")
SELECT gen_random_uuid(), "anchor_id", 'room', 'room', 'Banned before reasons were kept.',
  '00000000-0000-0000-0000-000000000000', repeat('0', 32)
FROM "rooms" WHERE "banned";--> statement-breakpoint
INSERT INTO "account_restrictions" ("id", "user_id", "kind", "source", "reason", "created_by", "trace_id")
SELECT gen_random_uuid(), "user_id", 'spending', 'wallet', "reason", "placed_by", "trace_id"
FROM "wallet_freezes" WHERE "source" = 'operator';--> statement-breakpoint
-- Rooms that were left live when their owner stopped being an anchor.
INSERT INTO "account_restrictions" ("id", "user_id", "kind", "source", "reason", "created_by", "trace_id")
SELECT gen_random_uuid(), u."id", 'payouts', 'role', 'No anchor any more.',
  '00000000-0000-0000-0000-000000000000', repeat('0', 32)
FROM "users" u JOIN "rooms" r ON r."anchor_id" = u."id"
WHERE u."role" <> 'anchor' AND r."current_session_id" IS NOT NULL;--> statement-breakpoint
-- A sign-in that was let through just before a ban must not leave a session behind: it waits for the ban, and is refused.
CREATE FUNCTION "refuse_sessions_of_banned"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "users" WHERE "id" = NEW."user_id" FOR SHARE;
  IF EXISTS (SELECT 1 FROM "users" WHERE "id" = NEW."user_id" AND "banned"
    AND ("ban_expires" IS NULL OR "ban_expires" > now())) THEN
    RAISE EXCEPTION 'a banned person has no sessions' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "auth_sessions_not_banned" BEFORE INSERT ON "auth_sessions"
  FOR EACH ROW EXECUTE FUNCTION "refuse_sessions_of_banned"();
