-- Sets of people are sorted arrays of numbers. The extension comes with PostgreSQL, and whoever owns a database may add it.
CREATE EXTENSION IF NOT EXISTS intarray;
--> statement-breakpoint
CREATE AGGREGATE union_of_sets(integer[]) (
	SFUNC = _int_union, STYPE = integer[], INITCOND = '{}', COMBINEFUNC = _int_union, PARALLEL = SAFE
);
--> statement-breakpoint
CREATE TABLE "analytics_people" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "analytics_people_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"user_id" uuid NOT NULL,
	CONSTRAINT "analytics_people_user" UNIQUE("user_id")
);
--> statement-breakpoint
CREATE TABLE "gift_day_viewers" (
	"day" date NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"viewers" integer[] NOT NULL,
	CONSTRAINT "gift_day_viewers_key" PRIMARY KEY("day","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "gift_hour_viewers" (
	"day" date NOT NULL,
	"hour" smallint NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"viewers" integer[] NOT NULL,
	CONSTRAINT "gift_hour_viewers_key" PRIMARY KEY("day","hour","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "gift_pair_day" (
	"day" date NOT NULL,
	"anchor_id" uuid NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"viewers" integer[] NOT NULL,
	"hours" smallint[] NOT NULL,
	"pair_gifts" integer[] NOT NULL,
	"pair_coins" bigint[] NOT NULL,
	CONSTRAINT "gift_pair_day_key" PRIMARY KEY("day","anchor_id","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "recount_gift_day_viewers" (
	"day" date NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"viewers" integer[] NOT NULL,
	CONSTRAINT "recount_gift_day_viewers_key" PRIMARY KEY("day","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "recount_gift_hour_viewers" (
	"day" date NOT NULL,
	"hour" smallint NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"viewers" integer[] NOT NULL,
	CONSTRAINT "recount_gift_hour_viewers_key" PRIMARY KEY("day","hour","anchor_gender","viewer_gender")
);
--> statement-breakpoint
CREATE TABLE "recount_gift_pair_day" (
	"day" date NOT NULL,
	"anchor_id" uuid NOT NULL,
	"anchor_gender" text NOT NULL,
	"viewer_gender" text NOT NULL,
	"gifts" bigint NOT NULL,
	"coins" bigint NOT NULL,
	"viewers" integer[] NOT NULL,
	"hours" smallint[] NOT NULL,
	"pair_gifts" integer[] NOT NULL,
	"pair_coins" bigint[] NOT NULL,
	CONSTRAINT "recount_gift_pair_day_key" PRIMARY KEY("day","anchor_id","anchor_gender","viewer_gender")
);
--> statement-breakpoint
-- Numbers hardly compress; trying to would cost more than it saves.
ALTER TABLE gift_pair_day ALTER COLUMN viewers SET STORAGE EXTERNAL, ALTER COLUMN hours SET STORAGE EXTERNAL, ALTER COLUMN pair_gifts SET STORAGE EXTERNAL, ALTER COLUMN pair_coins SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE recount_gift_pair_day ALTER COLUMN viewers SET STORAGE EXTERNAL, ALTER COLUMN hours SET STORAGE EXTERNAL, ALTER COLUMN pair_gifts SET STORAGE EXTERNAL, ALTER COLUMN pair_coins SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE gift_hour_viewers ALTER COLUMN viewers SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE recount_gift_hour_viewers ALTER COLUMN viewers SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE gift_day_viewers ALTER COLUMN viewers SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE recount_gift_day_viewers ALTER COLUMN viewers SET STORAGE EXTERNAL;
--> statement-breakpoint
-- Numbers stand in sets: nobody's ever changes.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON analytics_people
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE analytics_people ENABLE ALWAYS TRIGGER append_only;
