CREATE TABLE "chat_reports" (
	"sender_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"reporter_id" uuid NOT NULL,
	"room_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"room_decided_at" timestamp with time zone,
	"room_decided_by" uuid,
	"decided_at" timestamp with time zone,
	"decided_by" uuid,
	CONSTRAINT "chat_reports_message_id_sender_id_reporter_id_pk" PRIMARY KEY("message_id","sender_id","reporter_id")
);
--> statement-breakpoint
CREATE TABLE "room_moderators" (
	"room_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"appointed_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "room_moderators_room_id_user_id_pk" PRIMARY KEY("room_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "chat_messages" ADD COLUMN "shown_to" text DEFAULT 'all' NOT NULL;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "followers_only_minutes" integer;--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "links_allowed" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "chat_reports" ADD CONSTRAINT "chat_reports_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_reports" ADD CONSTRAINT "chat_reports_message" FOREIGN KEY ("message_id","sender_id") REFERENCES "public"."chat_messages"("message_id","sender_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_moderators" ADD CONSTRAINT "room_moderators_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_moderators" ADD CONSTRAINT "room_moderators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chat_reports_open" ON "chat_reports" USING btree ("created_at") WHERE decided_at IS NULL;--> statement-breakpoint
CREATE INDEX "chat_reports_of_room" ON "chat_reports" USING btree ("room_id","created_at") WHERE decided_at IS NULL AND room_decided_at IS NULL;--> statement-breakpoint
CREATE INDEX "room_moderators_user" ON "room_moderators" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "chat_messages_held" ON "chat_messages" USING btree ("room_id","created_at") WHERE shown_to = 'held' AND removed_at IS NULL;