CREATE SEQUENCE "public"."settlement_batches" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "settlement_ranges" (
	"batch_id" bigint NOT NULL,
	"bucket" smallint NOT NULL,
	"from_seq" bigint NOT NULL,
	"to_seq" bigint NOT NULL,
	CONSTRAINT "settlement_ranges_batch" PRIMARY KEY("batch_id","bucket"),
	CONSTRAINT "range_order" CHECK ("settlement_ranges"."from_seq" BETWEEN 1 AND "settlement_ranges"."to_seq")
);
--> statement-breakpoint
-- The lock that this takes keeps whoever still writes lines of the old kind out until the end.
ALTER TABLE "settlement_lines" ADD COLUMN "batch_id" bigint;--> statement-breakpoint
-- Until now a batch was over one bucket, and each line had its range: every range becomes a batch of its own, in the
-- order in which they were settled, and what any line was made of stays what it was.
INSERT INTO settlement_ranges (batch_id, bucket, from_seq, to_seq)
SELECT nextval('settlement_batches'), bucket, from_seq, to_seq
FROM (SELECT bucket, from_seq, to_seq FROM settlement_lines GROUP BY bucket, from_seq, to_seq ORDER BY min(id)) AS old;
--> statement-breakpoint
UPDATE settlement_lines l SET batch_id = r.batch_id FROM settlement_ranges r
WHERE r.bucket = l.bucket AND r.from_seq = l.from_seq AND r.to_seq = l.to_seq;
--> statement-breakpoint
ALTER TABLE "settlement_lines" ALTER COLUMN "batch_id" SET NOT NULL;--> statement-breakpoint
DROP INDEX "settlement_lines_once";--> statement-breakpoint
ALTER TABLE "settlement_lines" DROP COLUMN "bucket";--> statement-breakpoint
ALTER TABLE "settlement_lines" DROP COLUMN "from_seq";--> statement-breakpoint
ALTER TABLE "settlement_lines" DROP COLUMN "to_seq";--> statement-breakpoint
CREATE UNIQUE INDEX "settlement_ranges_once" ON "settlement_ranges" USING btree ("bucket","from_seq");--> statement-breakpoint
CREATE UNIQUE INDEX "settlement_lines_once" ON "settlement_lines" USING btree ("batch_id","anchor_id","share_bps");
