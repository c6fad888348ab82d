ALTER TABLE "users" RENAME COLUMN "phone_number" TO "phone_index";--> statement-breakpoint
ALTER TABLE "users" DROP CONSTRAINT "users_phone_number_unique";--> statement-breakpoint
ALTER TABLE "recharge_orders" ADD COLUMN "charge_ref" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "phone_cipher" text;--> statement-breakpoint
CREATE UNIQUE INDEX "recharge_orders_charge" ON "recharge_orders" USING btree ("provider","charge_ref");--> statement-breakpoint
CREATE INDEX "recharge_orders_created" ON "recharge_orders" USING btree ("created_at");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_phone_index_unique" UNIQUE("phone_index");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_phone_sealed" CHECK (("users"."phone_index" IS NULL) = ("users"."phone_cipher" IS NULL) AND "users"."phone_index" ~ '^[0-9a-f]{64}$' AND "users"."phone_cipher" LIKE 'v1:%');