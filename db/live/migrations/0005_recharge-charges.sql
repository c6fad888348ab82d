ALTER TABLE "recharge_orders" ADD COLUMN "charge_ref" text;--> statement-breakpoint
CREATE UNIQUE INDEX "recharge_orders_charge" ON "recharge_orders" USING btree ("provider","charge_ref");--> statement-breakpoint
CREATE INDEX "recharge_orders_created" ON "recharge_orders" USING btree ("created_at");