CREATE TABLE "chargeback_recoveries" (
	"recovery_id" uuid PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"coins" bigint NOT NULL,
	"reason" text NOT NULL,
	"created_by" uuid NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "recovery_positive" CHECK ("chargeback_recoveries"."coins" > 0)
);
--> statement-breakpoint
CREATE TABLE "supporter_refund_cursor" (
	"id" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "supporter_refund_cursor_one_row" CHECK ("supporter_refund_cursor"."id" = 1)
);
--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD COLUMN "spent_day" date;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD COLUMN "spent_day_coins" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD COLUMN "spent_month_coins" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "spending_caps" ADD COLUMN "next_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "spending_caps" ADD COLUMN "next_gift_coins_max" bigint;--> statement-breakpoint
ALTER TABLE "spending_caps" ADD COLUMN "next_day_coins_max" bigint;--> statement-breakpoint
ALTER TABLE "spending_caps" ADD COLUMN "next_month_coins_max" bigint;--> statement-breakpoint
CREATE INDEX "chargeback_recoveries_payment" ON "chargeback_recoveries" USING btree ("payment_id");--> statement-breakpoint
INSERT INTO supporter_refund_cursor (id) VALUES (1);
