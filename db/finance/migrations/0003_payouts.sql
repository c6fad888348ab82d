CREATE TABLE "payout_callbacks" (
	"provider" text NOT NULL,
	"nonce" text NOT NULL,
	"payout_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"trace_id" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payout_callbacks_once" PRIMARY KEY("provider","nonce")
);
--> statement-breakpoint
ALTER TABLE "withdrawals" ADD COLUMN "account_kind" text NOT NULL;--> statement-breakpoint
ALTER TABLE "withdrawals" ADD COLUMN "name_masked" text NOT NULL;--> statement-breakpoint
CREATE INDEX "payout_callbacks_received" ON "payout_callbacks" USING btree ("received_at");