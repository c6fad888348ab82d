-- What was queued, and why it was given up, stays as it was; a decision is taken once.
CREATE FUNCTION keep_dead_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.queue, NEW.bucket, NEW.entry_id, NEW.fields, NEW.fields_hash, NEW.reason, NEW.is_told, NEW.gift_order_id, NEW.user_id,
      NEW.rain_id, NEW.packet_index, NEW.coins, NEW.trace_id, NEW.created_at)
    IS DISTINCT FROM
    (OLD.id, OLD.queue, OLD.bucket, OLD.entry_id, OLD.fields, OLD.fields_hash, OLD.reason, OLD.is_told, OLD.gift_order_id, OLD.user_id,
      OLD.rain_id, OLD.packet_index, OLD.coins, OLD.trace_id, OLD.created_at)
    OR (OLD.status <> 'open' AND (NEW.status, NEW.effect, NEW.effect_id, NEW.decided_by, NEW.decided_at, NEW.note)
      IS DISTINCT FROM (OLD.status, OLD.effect, OLD.effect_id, OLD.decided_by, OLD.decided_at, OLD.note)) THEN
    RAISE EXCEPTION 'a dead letter is kept as it was recorded and decided' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER dead_letters_keep BEFORE UPDATE ON dead_letters
FOR EACH ROW EXECUTE FUNCTION keep_dead_letter();
