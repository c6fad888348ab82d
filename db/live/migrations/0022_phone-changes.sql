CREATE TABLE "phone_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"old_index" text NOT NULL,
	"new_index" text NOT NULL,
	"status" text NOT NULL,
	"held_until" timestamp (3) with time zone,
	"noticed_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "phone_changes_indexes" CHECK ("phone_changes"."old_index" ~ '^[0-9a-f]{64}$' AND "phone_changes"."new_index" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "phone_changes_status" CHECK ("phone_changes"."status" IN ('asked', 'proven', 'done', 'refused'))
);
--> statement-breakpoint
ALTER TABLE "phone_changes" ADD CONSTRAINT "phone_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "phone_changes_user" ON "phone_changes" USING btree ("user_id","created_at");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_guests_have_no_phone" CHECK ("users"."is_anonymous" IS NOT TRUE OR "users"."phone_index" IS NULL);