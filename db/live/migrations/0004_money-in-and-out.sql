CREATE TABLE "operator_actions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "operator_actions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"actor_id" uuid NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"reason" text,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"updated_by" uuid,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spending_caps" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"gift_coins_max" bigint,
	"day_coins_max" bigint,
	"month_coins_max" bigint,
	"updated_by" uuid NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_callbacks" (
	"provider" text NOT NULL,
	"nonce" text NOT NULL,
	"kind" text NOT NULL,
	"payment_id" uuid,
	"outcome" text NOT NULL,
	"trace_id" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payment_callbacks_once" PRIMARY KEY("provider","nonce")
);
--> statement-breakpoint
CREATE TABLE "recharge_orders" (
	"payment_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"product_id" text NOT NULL,
	"coins" bigint NOT NULL,
	"amount_fen" bigint NOT NULL,
	"provider" text NOT NULL,
	"provider_ref" text,
	"pay_url" text,
	"status" text NOT NULL,
	"reason" text,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ask_at" timestamp (3) with time zone,
	"asks" integer DEFAULT 0 NOT NULL,
	"paid_at" timestamp (3) with time zone,
	"charged_back_at" timestamp (3) with time zone,
	CONSTRAINT "recharge_amounts" CHECK ("recharge_orders"."coins" > 0 AND "recharge_orders"."amount_fen" > 0)
);
--> statement-breakpoint
CREATE TABLE "recharge_products" (
	"id" text PRIMARY KEY NOT NULL,
	"coins" bigint NOT NULL,
	"price_fen" bigint NOT NULL,
	"sort_order" integer DEFAULT 100 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "recharge_product_range" CHECK ("recharge_products"."coins" BETWEEN 1 AND 100000000 AND "recharge_products"."price_fen" > 0)
);
--> statement-breakpoint
CREATE TABLE "gift_refunds" (
	"refund_seq" bigint PRIMARY KEY NOT NULL,
	"refund_id" uuid NOT NULL,
	"gift_order_id" uuid NOT NULL,
	"sender_id" uuid NOT NULL,
	"bucket" smallint NOT NULL,
	"seq" bigint NOT NULL,
	"anchor_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"total_coins" bigint NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"reason" text NOT NULL,
	"created_by" uuid NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "gift_refunds_refund_id_unique" UNIQUE("refund_id")
);
--> statement-breakpoint
CREATE TABLE "refund_counter" (
	"id" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "refund_counter_one_row" CHECK ("refund_counter"."id" = 1)
);
--> statement-breakpoint
CREATE INDEX "operator_actions_subject" ON "operator_actions" USING btree ("subject","id");--> statement-breakpoint
CREATE INDEX "operator_actions_actor" ON "operator_actions" USING btree ("actor_id","id");--> statement-breakpoint
CREATE INDEX "payment_callbacks_received" ON "payment_callbacks" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "recharge_orders_once" ON "recharge_orders" USING btree ("order_id","user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "recharge_orders_provider" ON "recharge_orders" USING btree ("provider","provider_ref");--> statement-breakpoint
CREATE INDEX "recharge_orders_user" ON "recharge_orders" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "recharge_orders_ask" ON "recharge_orders" USING btree ("ask_at") WHERE ask_at IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "gift_refunds_once" ON "gift_refunds" USING btree ("gift_order_id","sender_id");--> statement-breakpoint
CREATE INDEX "gift_refunds_sender" ON "gift_refunds" USING btree ("sender_id","created_at");--> statement-breakpoint
CREATE INDEX "gift_refunds_anchor" ON "gift_refunds" USING btree ("anchor_id","created_at");--> statement-breakpoint
INSERT INTO refund_counter (id) VALUES (1);
--> statement-breakpoint
-- What is sold from the start, at ten coins a yuan, the rate at which gifts are worth money; operators change it.
INSERT INTO recharge_products (id, coins, price_fen, sort_order) VALUES
  ('coins-60', 60, 600, 10), ('coins-300', 300, 3000, 20), ('coins-980', 980, 9800, 30),
  ('coins-1980', 1980, 19800, 40), ('coins-6480', 6480, 64800, 50), ('coins-20000', 20000, 200000, 60);
