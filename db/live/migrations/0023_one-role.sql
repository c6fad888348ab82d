-- A role was any text, also a list: whoever has anything but one known role becomes a viewer, and guests are guests.
INSERT INTO "operator_actions" ("actor_id", "action", "subject", "before", "after", "reason", "trace_id")
SELECT '00000000-0000-0000-0000-000000000000', 'people.mend-role', 'user:' || "id", jsonb_build_object('role', "role"),
  jsonb_build_object('role', CASE WHEN "is_anonymous" THEN 'guest' ELSE 'viewer' END),
  'Every person has exactly one role, and guests have none.', repeat('0', 32)
FROM "users"
WHERE "role" NOT IN ('guest', 'viewer', 'anchor', 'operator') OR ("is_anonymous" IS TRUE) <> ("role" = 'guest');--> statement-breakpoint
UPDATE "users" SET "role" = CASE WHEN "is_anonymous" THEN 'guest' ELSE 'viewer' END, "updated_at" = now()
WHERE "role" NOT IN ('guest', 'viewer', 'anchor', 'operator') OR ("is_anonymous" IS TRUE) <> ("role" = 'guest');
