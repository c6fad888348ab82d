CREATE TABLE "dead_letters" (
	"id" uuid PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"bucket" smallint NOT NULL,
	"entry_id" text NOT NULL,
	"fields" text NOT NULL,
	"fields_hash" text NOT NULL,
	"reason" text NOT NULL,
	"is_told" boolean NOT NULL,
	"gift_order_id" uuid,
	"user_id" uuid,
	"rain_id" uuid,
	"packet_index" integer,
	"coins" bigint,
	"trace_id" text,
	"status" text DEFAULT 'open' NOT NULL,
	"effect" text,
	"effect_id" uuid,
	"is_effect_due" boolean DEFAULT false NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"note" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dead_letter_decided" CHECK (("dead_letters"."status" = 'open') = ("dead_letters"."decided_by" IS NULL) AND ("dead_letters"."status" = 'open') = ("dead_letters"."effect" IS NULL)
        AND ("dead_letters"."status" = 'open') = ("dead_letters"."decided_at" IS NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "dead_letters_once" ON "dead_letters" USING btree ("queue","bucket","entry_id","fields_hash");--> statement-breakpoint
CREATE INDEX "dead_letters_open" ON "dead_letters" USING btree ("queue","id") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "dead_letters_due" ON "dead_letters" USING btree ("id") WHERE is_effect_due;--> statement-breakpoint
CREATE INDEX "dead_letters_order" ON "dead_letters" USING btree ("gift_order_id","user_id");--> statement-breakpoint
CREATE INDEX "dead_letters_rain" ON "dead_letters" USING btree ("rain_id","packet_index");