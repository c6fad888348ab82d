CREATE TABLE "chat_hides" (
	"room_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"hidden_at" timestamp with time zone NOT NULL,
	"hidden_by" uuid NOT NULL,
	"reason" text,
	CONSTRAINT "chat_hides_room_id_user_id_pk" PRIMARY KEY("room_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "guest_marks" (
	"user_id" uuid NOT NULL,
	"mark" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "guest_marks_user_id_mark_pk" PRIMARY KEY("user_id","mark")
);
--> statement-breakpoint
ALTER TABLE "chat_messages" ADD COLUMN "removed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "chat_messages" ADD COLUMN "removed_by" uuid;--> statement-breakpoint
ALTER TABLE "chat_messages" ADD COLUMN "removed_reason" text;--> statement-breakpoint
ALTER TABLE "chat_hides" ADD CONSTRAINT "chat_hides_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "guest_marks_seen" ON "guest_marks" USING btree ("seen_at");--> statement-breakpoint
CREATE INDEX "chat_messages_sender" ON "chat_messages" USING btree ("sender_id","created_at");