-- What was proposed, by whom and since when cannot be changed behind the back of whoever approves it.
CREATE FUNCTION keep_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.action, NEW.subject, NEW.input, NEW.input_hash, NEW.proposed_by, NEW.trace_id, NEW.created_at)
    IS DISTINCT FROM
    (OLD.id, OLD.action, OLD.subject, OLD.input, OLD.input_hash, OLD.proposed_by, OLD.trace_id, OLD.created_at) THEN
    RAISE EXCEPTION 'a proposal is kept as it was made' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER operator_proposals_keep BEFORE UPDATE ON operator_proposals
FOR EACH ROW EXECUTE FUNCTION keep_proposal();
