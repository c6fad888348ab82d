CREATE TABLE "operator_proposals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"input" jsonb NOT NULL,
	"input_hash" text NOT NULL,
	"before" jsonb,
	"proposed_by" uuid NOT NULL,
	"reason" text,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"note" text,
	"decision_trace_id" text,
	"result" jsonb,
	"error" text,
	CONSTRAINT "operator_proposals_two" CHECK ("operator_proposals"."state" NOT IN ('executing', 'approved') OR ("operator_proposals"."decided_by" IS NOT NULL AND "operator_proposals"."decided_by" <> "operator_proposals"."proposed_by"))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "operator_proposals_pending" ON "operator_proposals" USING btree ("action","proposed_by","input_hash") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "operator_proposals_open" ON "operator_proposals" USING btree ("id") WHERE state IN ('pending', 'executing');