CREATE TABLE "database_incarnation" (
	"id" smallint PRIMARY KEY NOT NULL,
	"incarnation" uuid DEFAULT gen_random_uuid() NOT NULL,
	"renewed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "database_incarnation_one_row" CHECK ("database_incarnation"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "known_live" (
	"id" smallint PRIMARY KEY NOT NULL,
	"incarnation" uuid NOT NULL,
	"place" text NOT NULL,
	"position" "pg_lsn" NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "known_live_one_row" CHECK ("known_live"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "settlement_rewinds" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "settlement_rewinds_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"live_incarnation" uuid NOT NULL,
	"batches" integer NOT NULL,
	"gifts" bigint NOT NULL,
	"gross_fen" bigint NOT NULL,
	"anchor_fen" bigint NOT NULL,
	"refunds" integer NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settlement_undone_batches" (
	"batch_id" bigint PRIMARY KEY NOT NULL,
	"by_batch_id" bigint NOT NULL,
	"rewind_id" integer NOT NULL,
	CONSTRAINT "settlement_undone_batches_by_batch_id_unique" UNIQUE("by_batch_id")
);
--> statement-breakpoint
ALTER TABLE "settlement_reversals" DROP CONSTRAINT "settlement_reversals_refund_id_unique";--> statement-breakpoint
DROP INDEX "settlement_ranges_once";--> statement-breakpoint
ALTER TABLE "settlement_reversals" DROP CONSTRAINT "settlement_reversals_pkey";--> statement-breakpoint
ALTER TABLE "refund_cursor" ADD COLUMN "last_refund" text;--> statement-breakpoint
ALTER TABLE "settlement_reversals" ADD COLUMN "rewind_id" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "settlement_reversals" ADD COLUMN "undoes" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "settlement_reversals" ADD CONSTRAINT "settlement_reversals_once" PRIMARY KEY("refund_seq","rewind_id","undoes");--> statement-breakpoint
ALTER TABLE "settlement_cursors" ADD COLUMN "last_gift" text;--> statement-breakpoint
ALTER TABLE "settlement_ranges" ADD COLUMN "last_gift" text;--> statement-breakpoint
ALTER TABLE "settlement_ranges" ADD COLUMN "rewind_id" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "settlement_reversals_refund" ON "settlement_reversals" USING btree ("refund_id","rewind_id","undoes");--> statement-breakpoint
CREATE UNIQUE INDEX "settlement_ranges_once" ON "settlement_ranges" USING btree ("bucket","from_seq","rewind_id");--> statement-breakpoint
INSERT INTO "database_incarnation" ("id") VALUES (1);
--> statement-breakpoint
DO $$
DECLARE kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['settlement_rewinds', 'settlement_undone_batches'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', kept);
  END LOOP;
END $$;
