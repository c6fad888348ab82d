CREATE TABLE "affinity_days" (
	"day" date PRIMARY KEY NOT NULL,
	"watch_mark" uuid,
	"gift_mark" uuid,
	"read_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "affinity_pair_day" (
	"day" date NOT NULL,
	"anchor" integer NOT NULL,
	"tags" integer[] NOT NULL,
	"viewers" integer[] NOT NULL,
	"scores" integer[] NOT NULL,
	CONSTRAINT "affinity_pair_day_key" PRIMARY KEY("day","anchor")
);
--> statement-breakpoint
CREATE TABLE "analytics_days" (
	"day" date PRIMARY KEY NOT NULL,
	"mark" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "analytics_tags" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "analytics_tags_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"tag_id" uuid NOT NULL,
	"same_as" integer,
	CONSTRAINT "analytics_tags_tag" UNIQUE("tag_id")
);
--> statement-breakpoint
CREATE TABLE "tag_affinity" (
	"tag" integer NOT NULL,
	"other" integer,
	"people" integer NOT NULL,
	"lift" double precision,
	CONSTRAINT "tag_affinity_lift" CHECK (("tag_affinity"."other" IS NULL) = ("tag_affinity"."lift" IS NULL))
);
--> statement-breakpoint
CREATE TABLE "viewer_affinity" (
	"viewer" integer PRIMARY KEY NOT NULL,
	"tags" integer[] NOT NULL,
	"tag_weights" double precision[] NOT NULL,
	"anchors" integer[] NOT NULL,
	"anchor_weights" double precision[] NOT NULL
);
--> statement-breakpoint
ALTER TABLE "analytics_runs" ADD COLUMN "affinity" jsonb;--> statement-breakpoint
CREATE INDEX "analytics_tags_same" ON "analytics_tags" USING btree ("same_as");--> statement-breakpoint
CREATE UNIQUE INDEX "tag_affinity_key" ON "tag_affinity" USING btree ("tag",coalesce("other", 0));--> statement-breakpoint
CREATE INDEX "tag_affinity_people" ON "tag_affinity" USING btree ("people" DESC NULLS LAST,"tag") WHERE other IS NULL;--> statement-breakpoint
-- Whatever was counted so far, nothing has been made of it.
INSERT INTO "analytics_days" (day, mark) SELECT day, gen_random_uuid() FROM (SELECT DISTINCT day FROM "gift_pair_day") AS d;
--> statement-breakpoint
-- Numbers hardly compress; trying to would cost more than it saves.
ALTER TABLE "affinity_pair_day" ALTER COLUMN viewers SET STORAGE EXTERNAL, ALTER COLUMN scores SET STORAGE EXTERNAL;
