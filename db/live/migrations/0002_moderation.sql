ALTER TABLE "room_restrictions" ADD COLUMN "lifted_by" uuid;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "chat_per_second" integer;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "slow_mode_seconds" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "top_is_public" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "restrictions_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "room_restrictions_unlifted" ON "room_restrictions" USING btree ("room_id","created_at") WHERE lifted_at IS NULL;--> statement-breakpoint
CREATE INDEX "room_restrictions_everywhere" ON "room_restrictions" USING btree ("user_id");