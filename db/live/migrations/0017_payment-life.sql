CREATE TABLE "payment_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payment_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"event_key" text NOT NULL,
	"payment_id" uuid,
	"charge_ref" text,
	"kind" text NOT NULL,
	"ref" text NOT NULL,
	"state" text NOT NULL,
	"amount_fen" bigint,
	"said" jsonb NOT NULL,
	"said_at" timestamp (3) with time zone,
	"trace_id" text NOT NULL,
	"heard_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_holds" (
	"hold_id" uuid PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"anchor_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"placed_at" timestamp (3) with time zone,
	"ending_at" timestamp (3) with time zone,
	"lifted_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "payment_take_backs" (
	"refund_id" uuid PRIMARY KEY NOT NULL,
	"refund_seq" bigint NOT NULL,
	"payment_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"gift_order_id" uuid NOT NULL,
	"anchor_id" uuid NOT NULL,
	"coins" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chargeback_returns" (
	"return_id" uuid PRIMARY KEY NOT NULL,
	"recovery_id" uuid NOT NULL,
	"payment_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"coins" bigint NOT NULL,
	"reason" text NOT NULL,
	"created_by" uuid NOT NULL,
	"trace_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "return_positive" CHECK ("chargeback_returns"."coins" > 0)
);
--> statement-breakpoint
ALTER TABLE "recharge_orders" ADD COLUMN "standing" text DEFAULT 'clear' NOT NULL;--> statement-breakpoint
ALTER TABLE "recharge_orders" ADD COLUMN "owed_fen" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "recharge_orders" ADD COLUMN "owed_coins" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "recharge_orders" ADD COLUMN "recover_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_events_once" ON "payment_events" USING btree ("provider","event_key");--> statement-breakpoint
CREATE INDEX "payment_events_payment" ON "payment_events" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "payment_events_charge" ON "payment_events" USING btree ("provider","charge_ref");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_holds_standing" ON "payment_holds" USING btree ("payment_id","anchor_id") WHERE ending_at IS NULL;--> statement-breakpoint
CREATE INDEX "payment_holds_payment" ON "payment_holds" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "payment_take_backs_payment" ON "payment_take_backs" USING btree ("payment_id","anchor_id");--> statement-breakpoint
CREATE INDEX "chargeback_returns_payment" ON "chargeback_returns" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "chargeback_returns_recovery" ON "chargeback_returns" USING btree ("recovery_id");--> statement-breakpoint
CREATE INDEX "recharge_orders_recover" ON "recharge_orders" USING btree ("recover_at") WHERE recover_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE "recharge_orders" ADD CONSTRAINT "recharge_owed" CHECK ("recharge_orders"."owed_fen" BETWEEN 0 AND "recharge_orders"."amount_fen" AND "recharge_orders"."owed_coins" BETWEEN 0 AND "recharge_orders"."coins");