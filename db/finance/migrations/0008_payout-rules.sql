CREATE TABLE "payout_account_codes" (
	"anchor_id" uuid NOT NULL,
	"account_index" text NOT NULL,
	"code_hash" text NOT NULL,
	"tries_left" integer NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payout_account_codes_once" PRIMARY KEY("anchor_id","account_index")
);
--> statement-breakpoint
CREATE TABLE "payout_accounts" (
	"anchor_id" uuid NOT NULL,
	"account_index" text NOT NULL,
	"trace_id" text NOT NULL,
	"confirmed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payout_accounts_once" PRIMARY KEY("anchor_id","account_index")
);
--> statement-breakpoint
ALTER TABLE "withdrawals" ADD COLUMN "assessment" jsonb;--> statement-breakpoint
ALTER TABLE "withdrawals" ADD COLUMN "ordered_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "settlement_reversals_young" ON "settlement_reversals" USING btree ("anchor_id","created_at");--> statement-breakpoint
CREATE INDEX "settlement_lines_young" ON "settlement_lines" USING btree ("anchor_id","created_at","anchor_fen");--> statement-breakpoint
CREATE INDEX "withdrawals_paid_account" ON "withdrawals" USING btree ("anchor_id","account_index","paid_at") WHERE status = 'paid';