CREATE TABLE "database_incarnation" (
	"id" smallint PRIMARY KEY NOT NULL,
	"incarnation" uuid DEFAULT gen_random_uuid() NOT NULL,
	"renewed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "database_incarnation_one_row" CHECK ("database_incarnation"."id" = 1)
);
--> statement-breakpoint
ALTER TABLE "supporter_cursors" ADD COLUMN "last_gift" text;--> statement-breakpoint
ALTER TABLE "supporter_refund_cursor" ADD COLUMN "last_refund" text;--> statement-breakpoint
INSERT INTO "database_incarnation" ("id") VALUES (1);
