CREATE TABLE "room_categories" (
	"id" text PRIMARY KEY NOT NULL,
	"name_en" text NOT NULL,
	"name_zh" text NOT NULL,
	"sort_order" integer DEFAULT 100 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "room_category_id" CHECK ("room_categories"."id" ~ '^[a-z][a-z0-9-]{0,31}$')
);
--> statement-breakpoint
ALTER TABLE "rooms" ADD COLUMN "category_id" text;--> statement-breakpoint
ALTER TABLE "rooms" ADD CONSTRAINT "rooms_category_id_room_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."room_categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rooms_category" ON "rooms" USING btree ("category_id");--> statement-breakpoint
INSERT INTO room_categories (id, name_en, name_zh, sort_order) VALUES
  ('music', 'Music', '音乐', 10), ('talk', 'Talk', '聊天', 20), ('games', 'Games', '游戏', 30), ('dance', 'Dance', '舞蹈', 40),
  ('outdoors', 'Outdoors', '户外', 50), ('food', 'Food', '美食', 60), ('other', 'Other', '其他', 1000);
--> statement-breakpoint
-- What rooms have today stays in "category"; beside it comes the shared one that it means, in whichever language it was typed.
UPDATE rooms SET category_id = known.id
FROM (VALUES ('music', 'music'), ('音乐', 'music'), ('talk', 'talk'), ('chat', 'talk'), ('chatting', 'talk'), ('聊天', 'talk'),
  ('games', 'games'), ('gaming', 'games'), ('游戏', 'games'), ('dance', 'dance'), ('舞蹈', 'dance'), ('outdoors', 'outdoors'),
  ('户外', 'outdoors'), ('food', 'food'), ('美食', 'food'), ('other', 'other'), ('其他', 'other')) AS known (word, id)
WHERE lower(trim(rooms.category)) = known.word;
--> statement-breakpoint
-- Whatever else anchors typed becomes a category of its own, retired: its rooms keep it, and operators decide about it.
INSERT INTO room_categories (id, name_en, name_zh, sort_order, enabled)
SELECT 'typed-' || substr(md5(word), 1, 12), word, word, 2000, false
FROM (SELECT DISTINCT trim(category) AS word FROM rooms WHERE category_id IS NULL AND trim(category) <> '') AS typed;
--> statement-breakpoint
UPDATE rooms SET category_id = 'typed-' || substr(md5(trim(category)), 1, 12)
WHERE category_id IS NULL AND trim(category) <> '';
