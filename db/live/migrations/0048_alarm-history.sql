CREATE TABLE "alarm_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alarm_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"alarm_id" bigint NOT NULL,
	"change" text NOT NULL,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alarm_deliveries" (
	"change_id" bigint PRIMARY KEY NOT NULL,
	"tries" integer NOT NULL,
	"next_try_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"last_error" text
);
--> statement-breakpoint
ALTER TABLE "alarms" ADD COLUMN "cleared_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "alarm_changes_alarm" ON "alarm_changes" USING btree ("alarm_id","id");--> statement-breakpoint
CREATE INDEX "alarm_changes_at" ON "alarm_changes" USING btree ("at");--> statement-breakpoint
CREATE INDEX "alarm_deliveries_due" ON "alarm_deliveries" USING btree ("next_try_at") WHERE next_try_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX "alarms_firing" ON "alarms" USING btree ("kind","subject") WHERE cleared_at IS NULL AND kind LIKE 'watch.%';--> statement-breakpoint
-- What happened to alarms stays as it was written.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON alarm_changes
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE alarm_changes ENABLE ALWAYS TRIGGER append_only;
