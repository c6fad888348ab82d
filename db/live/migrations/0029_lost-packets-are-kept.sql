-- What was paid for packets that were lost stays as it was written, like every other posting.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rain_lost_packets
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE rain_lost_packets ENABLE ALWAYS TRIGGER append_only;
