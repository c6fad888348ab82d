CREATE TABLE "pk_battles" (
	"pk_id" uuid PRIMARY KEY NOT NULL,
	"inviter_id" uuid NOT NULL,
	"status" text NOT NULL,
	"seq" bigint DEFAULT 1 NOT NULL,
	"announced_seq" bigint DEFAULT 0 NOT NULL,
	"counts" text NOT NULL,
	"gift_id" text,
	"duration_seconds" integer NOT NULL,
	"minimum_points" bigint NOT NULL,
	"due_at" timestamp (3) with time zone,
	"window_from" timestamp (3) with time zone,
	"window_to" timestamp (3) with time zone,
	"from_seqs" bigint[],
	"to_seqs" bigint[],
	"refund_seq" bigint,
	"outcome" text,
	"winner_id" uuid,
	"end_reason" text,
	"is_cut_short" boolean DEFAULT false NOT NULL,
	"work_holder" text,
	"work_until" timestamp with time zone,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "pk_window" CHECK ("pk_battles"."window_to" >= "pk_battles"."window_from"),
	CONSTRAINT "pk_named_gift" CHECK (("pk_battles"."counts" = 'gift') = ("pk_battles"."gift_id" IS NOT NULL)),
	CONSTRAINT "pk_has_end" CHECK ("pk_battles"."status" <> 'closed' OR "pk_battles"."end_reason" IS NOT NULL)
);
--> statement-breakpoint
CREATE TABLE "pk_boosters" (
	"booster_id" uuid PRIMARY KEY NOT NULL,
	"pk_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"factor_percent" integer NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "pk_booster_range" CHECK ("pk_boosters"."to_at" > "pk_boosters"."from_at" AND "pk_boosters"."factor_percent" BETWEEN 101 AND 1000)
);
--> statement-breakpoint
CREATE TABLE "pk_sides" (
	"pk_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"anchor_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"session_id" uuid,
	"state" text NOT NULL,
	"is_open" boolean NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"points" bigint DEFAULT 0 NOT NULL,
	"helpers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "pk_sides_pk_id_position_pk" PRIMARY KEY("pk_id","position")
);
--> statement-breakpoint
ALTER TABLE "pk_battles" ADD CONSTRAINT "pk_battles_inviter_id_users_id_fk" FOREIGN KEY ("inviter_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pk_boosters" ADD CONSTRAINT "pk_boosters_pk_id_pk_battles_pk_id_fk" FOREIGN KEY ("pk_id") REFERENCES "public"."pk_battles"("pk_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pk_sides" ADD CONSTRAINT "pk_sides_pk_id_pk_battles_pk_id_fk" FOREIGN KEY ("pk_id") REFERENCES "public"."pk_battles"("pk_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pk_sides" ADD CONSTRAINT "pk_sides_anchor_id_users_id_fk" FOREIGN KEY ("anchor_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pk_sides" ADD CONSTRAINT "pk_sides_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "pk_battles_to_work_on" ON "pk_battles" USING btree ("created_at") WHERE status <> 'closed' OR announced_seq < seq;--> statement-breakpoint
CREATE INDEX "pk_boosters_battle" ON "pk_boosters" USING btree ("pk_id");--> statement-breakpoint
CREATE UNIQUE INDEX "pk_sides_anchor" ON "pk_sides" USING btree ("anchor_id","pk_id");--> statement-breakpoint
CREATE UNIQUE INDEX "pk_sides_one_open" ON "pk_sides" USING btree ("anchor_id") WHERE is_open;--> statement-breakpoint
CREATE INDEX "pk_sides_room" ON "pk_sides" USING btree ("room_id","pk_id");--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "pk_boosters"
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE "pk_boosters" ENABLE ALWAYS TRIGGER append_only;
