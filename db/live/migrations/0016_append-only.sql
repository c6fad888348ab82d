-- What has been written stays: whoever wants to change it, owner included, has to take a trigger away first, which is seen.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
--> statement-breakpoint
DO $$
DECLARE kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['trades', 'gift_records', 'gift_failures', 'gift_refunds', 'chargeback_recoveries', 'rain_claims',
    'operator_actions', 'operator_action_links'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', kept);
  END LOOP;
END $$;
--> statement-breakpoint
-- The hash of a row at its place in the chain. Columns without a value are left out, so that later ones change no hash.
CREATE FUNCTION operator_action_hash(place bigint, previous_hash text, action operator_actions) RETURNS text
LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(place, previous_hash,
    (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(action)) WHERE value <> 'null'))::text, 'UTF8')), 'hex')
$$;
--> statement-breakpoint
-- Runs when the transaction commits, after it has taken every other lock: it holds the end of the chain for a moment only,
-- waits for nothing while it does, and so cannot be part of a deadlock. With the owner's rights: the application has none here.
CREATE FUNCTION chain_operator_action() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  head operator_action_head;
  new_hash text;
BEGIN
  UPDATE operator_action_head SET seq = seq + 1 WHERE id = 1 RETURNING * INTO STRICT head;
  new_hash := operator_action_hash(head.seq, head.hash, NEW);
  INSERT INTO operator_action_links (seq, action_id, previous_hash, hash) VALUES (head.seq, NEW.id, head.hash, new_hash);
  UPDATE operator_action_head SET hash = new_hash WHERE id = 1;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- From here on nothing is added until this migration is done, so that what is there is chained without a gap.
LOCK TABLE operator_actions IN SHARE ROW EXCLUSIVE MODE;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER chain_operator_action AFTER INSERT ON operator_actions DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION chain_operator_action();
--> statement-breakpoint
ALTER TABLE operator_actions ENABLE ALWAYS TRIGGER chain_operator_action;
--> statement-breakpoint
DO $$
DECLARE
  action operator_actions;
  place bigint := 0;
  last_hash text := repeat('0', 64);
  new_hash text;
BEGIN
  FOR action IN SELECT * FROM operator_actions ORDER BY id LOOP
    place := place + 1;
    new_hash := operator_action_hash(place, last_hash, action);
    INSERT INTO operator_action_links (seq, action_id, previous_hash, hash) VALUES (place, action.id, last_hash, new_hash);
    last_hash := new_hash;
  END LOOP;
  INSERT INTO operator_action_head (id, seq, hash) VALUES (1, place, last_hash);
END $$;
