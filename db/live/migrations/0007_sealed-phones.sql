ALTER TABLE "users" RENAME COLUMN "phone_number" TO "phone_index";--> statement-breakpoint
ALTER TABLE "users" DROP CONSTRAINT "users_phone_number_unique";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "phone_cipher" text;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_phone_index_unique" UNIQUE("phone_index");--> statement-breakpoint
-- Numbers that stand in the plain are sealed by `npm run migrate` after this, which then validates the constraint.
ALTER TABLE "users" ADD CONSTRAINT "users_phone_sealed" CHECK (("users"."phone_index" IS NULL) = ("users"."phone_cipher" IS NULL) AND "users"."phone_index" ~ '^[0-9a-f]{64}$' AND "users"."phone_cipher" LIKE 'v1:%') NOT VALID;
