CREATE TABLE "person_facts" (
	"user_id" uuid NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"gender" text NOT NULL,
	"region" text,
	"birth_year" smallint,
	CONSTRAINT "person_facts_from" PRIMARY KEY("user_id","valid_from"),
	CONSTRAINT "person_facts_gender" CHECK ("person_facts"."gender" IN ('female', 'male', 'other', 'unsaid')),
	CONSTRAINT "person_facts_birth_year" CHECK ("person_facts"."birth_year" BETWEEN 1900 AND 2100)
);
--> statement-breakpoint
-- What was known before had no time: it holds from ever.
INSERT INTO person_facts (user_id, valid_from, gender)
SELECT id, 'epoch', gender FROM users WHERE gender IN ('female', 'male', 'other');
--> statement-breakpoint
ALTER TABLE "users" DROP COLUMN "gender";
--> statement-breakpoint
-- What was in force when a gift was sent stays in force for it.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_facts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE person_facts ENABLE ALWAYS TRIGGER append_only;
