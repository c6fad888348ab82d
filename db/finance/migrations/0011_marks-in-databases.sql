CREATE TABLE "database_marks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "database_marks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"word" uuid DEFAULT gen_random_uuid() NOT NULL,
	"left_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "known_live" ADD COLUMN "mark_id" bigint;--> statement-breakpoint
ALTER TABLE "known_live" ADD COLUMN "mark_word" uuid;