-- What providers said, and what was done because of it, is never changed or removed.
DO $$
DECLARE kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['payment_events', 'payment_take_backs', 'chargeback_returns'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', kept);
  END LOOP;
END $$;
