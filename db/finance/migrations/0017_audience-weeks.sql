CREATE TABLE "audience_weeks" (
	"anchor_id" uuid NOT NULL,
	"week" date NOT NULL,
	"figures" jsonb NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audience_weeks_key" PRIMARY KEY("anchor_id","week")
);
--> statement-breakpoint
-- What an anchor was shown stays as it was.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audience_weeks
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE audience_weeks ENABLE ALWAYS TRIGGER append_only;
