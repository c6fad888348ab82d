ALTER TABLE "gift_records" ADD COLUMN "source" text DEFAULT 'room' NOT NULL;--> statement-breakpoint
ALTER TABLE "gift_records" ADD COLUMN "unit" text DEFAULT 'coin' NOT NULL;--> statement-breakpoint
ALTER TABLE "rains" ADD COLUMN "remark" text;