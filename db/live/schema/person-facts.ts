import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";

/**
 * What people say about themselves, each row whole and in force from `valid_from` until the next one of the same person.
 * Rows are only added: a gift counts under what held when it was sent.
 */
export const personFacts = pgTable(
  "person_facts",
  {
    userId: uuid("user_id").notNull(),
    /** Later than any time up to which analytics has counted gifts when the row is written; see `addPersonFacts`. */
    validFrom: at("valid_from").notNull(),
    gender: text("gender").notNull(),
    region: text("region"),
    birthYear: smallint("birth_year"),
  },
  (t) => [
    primaryKey({ name: "person_facts_from", columns: [t.userId, t.validFrom] }),
    check("person_facts_gender", sql`${t.gender} IN ('female', 'male', 'other', 'unsaid')`),
    check("person_facts_birth_year", sql`${t.birthYear} BETWEEN 1900 AND 2100`),
  ],
);
