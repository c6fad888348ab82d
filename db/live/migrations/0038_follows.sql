CREATE TABLE "anchor_followers" (
	"anchor_id" uuid PRIMARY KEY NOT NULL,
	"followers" integer NOT NULL,
	CONSTRAINT "anchor_followers_not_negative" CHECK ("anchor_followers"."followers" >= 0)
);
--> statement-breakpoint
CREATE TABLE "follows" (
	"viewer_id" uuid NOT NULL,
	"anchor_id" uuid NOT NULL,
	"followed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "follows_viewer_id_anchor_id_pk" PRIMARY KEY("viewer_id","anchor_id"),
	CONSTRAINT "follows_nobody_oneself" CHECK ("follows"."viewer_id" <> "follows"."anchor_id")
);
--> statement-breakpoint
ALTER TABLE "anchor_followers" ADD CONSTRAINT "anchor_followers_anchor_id_users_id_fk" FOREIGN KEY ("anchor_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_viewer_id_users_id_fk" FOREIGN KEY ("viewer_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follows" ADD CONSTRAINT "follows_anchor_id_users_id_fk" FOREIGN KEY ("anchor_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "follows_of_anchor" ON "follows" USING btree ("anchor_id","followed_at");