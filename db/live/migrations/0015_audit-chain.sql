CREATE TABLE "operator_action_head" (
	"id" smallint PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "operator_action_head_one_row" CHECK ("operator_action_head"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "operator_action_links" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"action_id" bigint NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "operator_action_links_action_id_unique" UNIQUE("action_id")
);
--> statement-breakpoint
CREATE INDEX "auth_sessions_expired" ON "auth_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "auth_verifications_expired" ON "auth_verifications" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "users_guests" ON "users" USING btree ("updated_at","id") WHERE is_anonymous;