CREATE TABLE "account_restrictions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"reason" text NOT NULL,
	"until" timestamp (3) with time zone,
	"created_by" uuid NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"lifted_at" timestamp (3) with time zone,
	"lifted_by" uuid,
	"lift_reason" text,
	"new_role" text,
	"held_at" timestamp (3) with time zone,
	"applied_at" timestamp (3) with time zone,
	"room_id" uuid,
	"closed_session_id" uuid,
	"announced_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "account_restrictions_user" ON "account_restrictions" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "account_restrictions_open" ON "account_restrictions" USING btree ("user_id") WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX "users_name" ON "users" USING btree (lower("name") COLLATE "C","id");--> statement-breakpoint
CREATE INDEX "users_role" ON "users" USING btree ("role","id");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_one_role" CHECK ("users"."role" IN ('guest', 'viewer', 'anchor', 'operator'));--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_guest_has_no_role" CHECK ("users"."is_anonymous" IS NOT TRUE OR "users"."role" = 'guest');