CREATE TABLE "region_anchors" (
	"region" text NOT NULL,
	"anchor_id" uuid NOT NULL,
	"people" integer NOT NULL,
	CONSTRAINT "region_anchors_key" PRIMARY KEY("region","anchor_id"),
	CONSTRAINT "region_anchors_five" CHECK ("region_anchors"."people" >= 5)
);
--> statement-breakpoint
CREATE INDEX "region_anchors_people" ON "region_anchors" USING btree ("region","people" DESC NULLS LAST);