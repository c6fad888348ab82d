CREATE TABLE "rain_lost_packets" (
	"rain_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"claim_id" uuid NOT NULL,
	"packet_index" integer NOT NULL,
	"coins" bigint NOT NULL,
	"reason" text NOT NULL,
	"paid_coins" bigint NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "rain_lost_packets_once" PRIMARY KEY("rain_id","user_id","claim_id"),
	CONSTRAINT "lost_packet_paid" CHECK ("rain_lost_packets"."coins" > 0 AND "rain_lost_packets"."paid_coins" IN (0, "rain_lost_packets"."coins"))
);
--> statement-breakpoint
CREATE TABLE "redis_eras" (
	"era" integer PRIMARY KEY NOT NULL,
	"run" text NOT NULL,
	"reason" text NOT NULL,
	"opened_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"mended_at" timestamp (3) with time zone,
	"work_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "room_boards" (
	"room_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "rains" ADD COLUMN "missing_packets" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "room_sessions" ADD COLUMN "peak_viewers" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rain_lost_packets" ADD CONSTRAINT "rain_lost_packets_rain_id_rains_rain_id_fk" FOREIGN KEY ("rain_id") REFERENCES "public"."rains"("rain_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rain_lost_packets_created" ON "rain_lost_packets" USING btree ("created_at");