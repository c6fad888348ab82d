CREATE TABLE "wallet_freezes" (
	"user_id" uuid NOT NULL,
	"source" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"reason" text NOT NULL,
	"placed_by" uuid NOT NULL,
	"trace_id" text NOT NULL,
	"placed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "wallet_freezes_once" PRIMARY KEY("user_id","source","subject")
);
