CREATE TABLE "gift_buckets" (
	"bucket" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gift_failures" (
	"sender_id" uuid NOT NULL,
	"gift_order_id" uuid NOT NULL,
	"anchor_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"gift_id" text NOT NULL,
	"count" integer NOT NULL,
	"price_coins" bigint NOT NULL,
	"total_coins" bigint NOT NULL,
	"reason" text NOT NULL,
	"trace_id" text NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "gift_failures_order" PRIMARY KEY("gift_order_id","sender_id")
);
--> statement-breakpoint
CREATE TABLE "gift_records" (
	"bucket" smallint NOT NULL,
	"seq" bigint NOT NULL,
	"gift_order_id" uuid NOT NULL,
	"sender_id" uuid NOT NULL,
	"anchor_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"gift_id" text NOT NULL,
	"count" integer NOT NULL,
	"price_coins" bigint NOT NULL,
	"total_coins" bigint NOT NULL,
	"combo_id" uuid,
	"anonymous" boolean NOT NULL,
	"trace_id" text NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "gift_records_seq" PRIMARY KEY("bucket","seq"),
	CONSTRAINT "gift_total" CHECK ("gift_records"."total_coins" = "gift_records"."price_coins" * "gift_records"."count")
);
--> statement-breakpoint
CREATE TABLE "gifts" (
	"id" text PRIMARY KEY NOT NULL,
	"name_en" text NOT NULL,
	"name_zh" text NOT NULL,
	"price_coins" bigint NOT NULL,
	"effect" text NOT NULL,
	"svga_url" text,
	"sort_order" integer DEFAULT 100 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "gift_price_range" CHECK ("gifts"."price_coins" BETWEEN 1 AND 1000000)
);
--> statement-breakpoint
CREATE TABLE "ledger_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"bucket" smallint NOT NULL,
	"balance_coins" bigint DEFAULT 0 NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"frozen_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "wallet_not_negative" CHECK ("ledger_accounts"."kind" <> 'wallet' OR "ledger_accounts"."balance_coins" >= 0),
	CONSTRAINT "bucket_in_range" CHECK ("ledger_accounts"."bucket" BETWEEN 0 AND 63)
);
--> statement-breakpoint
CREATE TABLE "trades" (
	"account_id" uuid NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "trades_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"counter_account_id" uuid NOT NULL,
	"trade_type" text NOT NULL,
	"biz_id" uuid NOT NULL,
	"amount_coins" bigint NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "trades_account" PRIMARY KEY("account_id","id"),
	CONSTRAINT "amount_positive" CHECK ("trades"."amount_coins" > 0),
	CONSTRAINT "two_accounts" CHECK ("trades"."account_id" <> "trades"."counter_account_id")
);
--> statement-breakpoint
CREATE TABLE "chat_messages" (
	"sender_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"sender_name" text NOT NULL,
	"sender_role" text NOT NULL,
	"text" text NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "room_restrictions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"until" timestamp with time zone,
	"reason" text,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lifted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "room_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"title" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "rooms" (
	"id" uuid PRIMARY KEY NOT NULL,
	"anchor_id" uuid NOT NULL,
	"title" text NOT NULL,
	"category" text NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"cover_url" text,
	"stream_url" text,
	"guests_may_chat" boolean DEFAULT true NOT NULL,
	"banned" boolean DEFAULT false NOT NULL,
	"current_session_id" uuid,
	"live_since" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rooms_anchor_id_unique" UNIQUE("anchor_id")
);
--> statement-breakpoint
CREATE TABLE "auth_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth_sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"user_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"impersonated_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "auth_sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "auth_verifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"phone_number" text,
	"phone_number_verified" boolean,
	"is_anonymous" boolean DEFAULT false,
	"role" text DEFAULT 'viewer' NOT NULL,
	"gender" text,
	"banned" boolean DEFAULT false,
	"ban_reason" text,
	"ban_expires" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email"),
	CONSTRAINT "users_phone_number_unique" UNIQUE("phone_number")
);
--> statement-breakpoint
ALTER TABLE "room_restrictions" ADD CONSTRAINT "room_restrictions_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_sessions" ADD CONSTRAINT "room_sessions_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rooms" ADD CONSTRAINT "rooms_anchor_id_users_id_fk" FOREIGN KEY ("anchor_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_accounts" ADD CONSTRAINT "auth_accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_sessions" ADD CONSTRAINT "auth_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gift_failures_sent" ON "gift_failures" USING btree ("sender_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "gift_records_order" ON "gift_records" USING btree ("gift_order_id","sender_id");--> statement-breakpoint
CREATE INDEX "gift_records_received" ON "gift_records" USING btree ("anchor_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "trades_once" ON "trades" USING btree ("biz_id","trade_type","account_id");--> statement-breakpoint
CREATE INDEX "trades_counter_account" ON "trades" USING btree ("counter_account_id","id") WHERE trade_type <> 'gift';--> statement-breakpoint
CREATE UNIQUE INDEX "chat_messages_id" ON "chat_messages" USING btree ("message_id","sender_id");--> statement-breakpoint
CREATE INDEX "chat_messages_room" ON "chat_messages" USING btree ("room_id","created_at");--> statement-breakpoint
CREATE INDEX "room_restrictions_user" ON "room_restrictions" USING btree ("room_id","user_id");--> statement-breakpoint
CREATE INDEX "room_sessions_room" ON "room_sessions" USING btree ("room_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "room_sessions_one_open" ON "room_sessions" USING btree ("room_id") WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX "rooms_live" ON "rooms" USING btree ("live_since","id") WHERE current_session_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "auth_accounts_user" ON "auth_accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_sessions_user" ON "auth_sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_verifications_identifier" ON "auth_verifications" USING btree ("identifier");