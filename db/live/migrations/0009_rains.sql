CREATE TABLE "rain_claims" (
	"rain_id" uuid NOT NULL,
	"packet_index" integer NOT NULL,
	"user_id" uuid NOT NULL,
	"claim_id" uuid NOT NULL,
	"coins" bigint NOT NULL,
	"trace_id" text NOT NULL,
	"claimed_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rain_claims_once" PRIMARY KEY("rain_id","packet_index"),
	CONSTRAINT "packet_positive" CHECK ("rain_claims"."coins" > 0)
);
--> statement-breakpoint
CREATE TABLE "rain_grants" (
	"grant_id" uuid PRIMARY KEY NOT NULL,
	"anchor_id" uuid NOT NULL,
	"coins" bigint NOT NULL,
	"used_coins" bigint DEFAULT 0 NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"reason" text NOT NULL,
	"created_by" uuid NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rain_grant_range" CHECK ("rain_grants"."coins" > 0 AND "rain_grants"."used_coins" BETWEEN 0 AND "rain_grants"."coins")
);
--> statement-breakpoint
CREATE TABLE "rains" (
	"rain_id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"room_id" uuid NOT NULL,
	"anchor_id" uuid NOT NULL,
	"session_id" uuid,
	"status" text NOT NULL,
	"end_reason" text,
	"funded_by" text NOT NULL,
	"grant_id" uuid,
	"budget_coins" bigint NOT NULL,
	"packet_count" integer NOT NULL,
	"duration_seconds" integer NOT NULL,
	"claims_per_viewer" integer NOT NULL,
	"server_seed" text NOT NULL,
	"commitment" text NOT NULL,
	"committed_seq" bigint,
	"entropy" text[],
	"packets_digest" text,
	"shard_count" smallint NOT NULL,
	"loaded_packets" integer DEFAULT 0 NOT NULL,
	"starts_at" timestamp (3) with time zone,
	"prepared_at" timestamp (3) with time zone,
	"ready_at" timestamp (3) with time zone,
	"started_at" timestamp (3) with time zone,
	"ends_at" timestamp (3) with time zone,
	"ending_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"claimed_count" integer DEFAULT 0 NOT NULL,
	"claimed_coins" bigint DEFAULT 0 NOT NULL,
	"refunded_coins" bigint DEFAULT 0 NOT NULL,
	"luckiest_user_id" uuid,
	"luckiest_coins" bigint,
	"luckiest_index" integer,
	"announced_status" text DEFAULT 'created' NOT NULL,
	"work_until" timestamp with time zone,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rains_code_unique" UNIQUE("code"),
	CONSTRAINT "rain_size" CHECK ("rains"."packet_count" BETWEEN 1 AND 100000 AND "rains"."budget_coins" >= "rains"."packet_count"),
	CONSTRAINT "rain_within_budget" CHECK ("rains"."claimed_count" <= "rains"."packet_count" AND "rains"."claimed_coins" + "rains"."refunded_coins" <= "rains"."budget_coins"),
	CONSTRAINT "rain_ends_even" CHECK ("rains"."status" <> 'ended' OR "rains"."prepared_at" IS NULL OR "rains"."claimed_coins" + "rains"."refunded_coins" = "rains"."budget_coins")
);
--> statement-breakpoint
ALTER TABLE "rain_claims" ADD CONSTRAINT "rain_claims_rain_id_rains_rain_id_fk" FOREIGN KEY ("rain_id") REFERENCES "public"."rains"("rain_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rain_grants" ADD CONSTRAINT "rain_grants_anchor_id_users_id_fk" FOREIGN KEY ("anchor_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rains" ADD CONSTRAINT "rains_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rains" ADD CONSTRAINT "rains_anchor_id_users_id_fk" FOREIGN KEY ("anchor_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rain_claims_user" ON "rain_claims" USING btree ("user_id","rain_id");--> statement-breakpoint
CREATE INDEX "rain_claims_coins" ON "rain_claims" USING btree ("rain_id","coins");--> statement-breakpoint
CREATE INDEX "rain_grants_anchor" ON "rain_grants" USING btree ("anchor_id","created_at");--> statement-breakpoint
CREATE INDEX "rains_room" ON "rains" USING btree ("room_id","created_at");--> statement-breakpoint
CREATE INDEX "rains_anchor" ON "rains" USING btree ("anchor_id","created_at");--> statement-breakpoint
CREATE INDEX "rains_created" ON "rains" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "rains_one_falling" ON "rains" USING btree ("room_id") WHERE status = 'started';--> statement-breakpoint
CREATE INDEX "rains_to_work_on" ON "rains" USING btree ("created_at") WHERE status IN ('preparing', 'ready', 'started', 'ending') OR announced_status <> status;