CREATE TABLE "anchor_applications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"about" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"decided_by" uuid,
	"reason" text,
	CONSTRAINT "anchor_applications_decided" CHECK (("anchor_applications"."status" = 'open') = ("anchor_applications"."decided_at" IS NULL))
);
--> statement-breakpoint
CREATE TABLE "person_tags" (
	"user_id" uuid NOT NULL,
	"tag_id" uuid NOT NULL,
	"place" smallint NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "person_tags_user_id_tag_id_pk" PRIMARY KEY("user_id","tag_id")
);
--> statement-breakpoint
CREATE TABLE "room_tags" (
	"room_id" uuid NOT NULL,
	"tag_id" uuid NOT NULL,
	"place" smallint NOT NULL,
	CONSTRAINT "room_tags_room_id_tag_id_pk" PRIMARY KEY("room_id","tag_id")
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"label" text NOT NULL,
	"kind" text,
	"merged_into" uuid,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tags_slug_unique" UNIQUE("slug"),
	CONSTRAINT "tags_no_alias_of_itself" CHECK ("tags"."merged_into" <> "tags"."id")
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "gives_anonymously" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "anchor_applications" ADD CONSTRAINT "anchor_applications_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_tags" ADD CONSTRAINT "person_tags_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_tags" ADD CONSTRAINT "person_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_tags" ADD CONSTRAINT "room_tags_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_tags" ADD CONSTRAINT "room_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tags" ADD CONSTRAINT "tags_merged_into_tags_id_fk" FOREIGN KEY ("merged_into") REFERENCES "public"."tags"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "anchor_applications_open" ON "anchor_applications" USING btree ("user_id") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "anchor_applications_made" ON "anchor_applications" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "anchor_applications_person" ON "anchor_applications" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "person_tags_tag" ON "person_tags" USING btree ("tag_id","user_id");--> statement-breakpoint
CREATE INDEX "room_tags_tag" ON "room_tags" USING btree ("tag_id","room_id");--> statement-breakpoint
CREATE INDEX "tags_start" ON "tags" USING btree ("slug" COLLATE "C");--> statement-breakpoint
CREATE INDEX "tags_aliases" ON "tags" USING btree ("merged_into") WHERE merged_into IS NOT NULL;--> statement-breakpoint
-- Rooms had only labels. Known topics and their other names lead to one tag, everything else to what `tagSlugOf` makes of it.
WITH said AS (
  SELECT r.id AS room_id, w.label, w.place,
    trim(BOTH '-' FROM regexp_replace(lower(normalize(w.label, NFKC)), '[\s_\-‐-―#]+', '-', 'g')) AS word
  FROM "rooms" r CROSS JOIN LATERAL unnest(r.tags) WITH ORDINALITY AS w (label, place)
), known (word, slug) AS (
  VALUES ('音乐', 'music'), ('聊天', 'talk'), ('chat', 'talk'), ('chatting', 'talk'), ('游戏', 'games'), ('gaming', 'games'),
    ('舞蹈', 'dance'), ('户外', 'outdoors'), ('美食', 'food'), ('唱歌', 'singing'), ('song', 'singing'), ('钢琴', 'piano'),
    ('吉他', 'guitar'), ('治愈', 'chill'), ('排位', 'ranked'), ('搞笑', 'fun'), ('茶', 'tea'), ('嘻哈', 'hiphop'),
    ('hip-hop', 'hiphop'), ('下厨', 'cooking'), ('面食', 'noodles'), ('旅行', 'travel'), ('运动', 'sports'), ('绘画', 'art'),
    ('学习', 'study')
), wanted AS (
  SELECT room_id, label, place, coalesce(k.slug, said.word) AS slug FROM said LEFT JOIN known k USING (word) WHERE said.word <> ''
), made AS (
  INSERT INTO "tags" (id, slug, label) SELECT gen_random_uuid(), slug, min(label) FROM wanted GROUP BY slug RETURNING id, slug
)
INSERT INTO "room_tags" (room_id, tag_id, place)
SELECT room_id, made.id, min(place) - 1 FROM wanted JOIN made USING (slug) GROUP BY 1, 2;
