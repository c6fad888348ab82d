-- A guest could take a phone for good, by a way of changing numbers that is closed now. Whoever proved a phone is a
-- registered viewer: with a wallet, and never with a role that somebody gave to the guest.
CREATE FUNCTION pg_temp.bucket_of(user_id uuid) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  -- FNV-1a over the lower-case id, modulo 64, as in server/rules/bucket.ts.
  hash bigint := 2166136261;
  letter text;
BEGIN
  FOREACH letter IN ARRAY string_to_array(user_id::text, NULL) LOOP
    hash := ((hash # ascii(letter)) * 16777619) & 4294967295;
  END LOOP;
  RETURN (hash % 64)::integer;
END $$;
--> statement-breakpoint
WITH mended AS (
  UPDATE users u SET is_anonymous = false, role = 'viewer', phone_number_verified = true, updated_at = now()
  FROM (SELECT id, role FROM users WHERE is_anonymous AND phone_index IS NOT NULL FOR UPDATE) g
  WHERE u.id = g.id
  RETURNING u.id, g.role
), wallets AS (
  INSERT INTO ledger_accounts (id, kind, bucket) SELECT id, 'wallet', pg_temp.bucket_of(id) FROM mended
  ON CONFLICT DO NOTHING
)
INSERT INTO operator_actions (actor_id, action, subject, before, after, reason, trace_id)
SELECT '00000000-0000-0000-0000-000000000000', 'person.register', 'user:' || id, jsonb_build_object('guest', true, 'role', role),
  jsonb_build_object('guest', false, 'role', 'viewer'), 'A guest had proven a phone number', replace(id::text, '-', '')
FROM mended;
--> statement-breakpoint
-- One-time codes in the clear, as the sign-in library kept them. Whoever waits asks for another.
DELETE FROM auth_verifications;
