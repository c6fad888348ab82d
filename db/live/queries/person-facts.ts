import type { LiveDb, Sql } from "@/db/client";
import { inTransaction } from "@/db/transaction";
import type { Gender, PersonFacts } from "@/domain/contracts/person-facts";

/**
 * Whoever counts gifts by what people say about themselves holds it shared, and whoever says something new alone: what is
 * in force for a gift never changes once the gift may have been counted.
 */
export const PERSON_FACTS_LOCK = 7_301_101;

const NOTHING_SAID: PersonFacts = { gender: "unsaid", birthYear: null, region: null };

interface FactsRow {
  gender: Gender;
  birth_year: number | null;
  region: string | null;
}

/** What somebody says about themselves now. */
export async function readPersonFacts({ sql }: { sql: Sql }, userId: string): Promise<PersonFacts> {
  const [row] = await sql<FactsRow[]>`
    SELECT gender, birth_year, region FROM person_facts WHERE user_id = ${userId}
    ORDER BY valid_from DESC LIMIT 1`;
  return row ? { gender: row.gender, birthYear: row.birth_year, region: row.region } : NOTHING_SAID;
}

/**
 * Adds what somebody says from now on, where it differs from before; what `change` leaves out stays as it is. Returns
 * what holds then.
 *
 * It holds from a moment after the lock was taken, by this database's clock: gifts are counted only up to a moment before
 * it, so that none is counted under what was said after it was sent, nor under less.
 */
export async function addPersonFacts(
  db: LiveDb,
  userId: string,
  change: Partial<PersonFacts>,
): Promise<PersonFacts> {
  return await inTransaction(db.sql, async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(${PERSON_FACTS_LOCK})`;
    const before = await readPersonFacts({ sql: tx }, userId);
    const after = { ...before, ...change };
    const isSame =
      before.gender === after.gender &&
      before.birthYear === after.birthYear &&
      before.region === after.region;
    if (isSame) return before;
    await tx`
      INSERT INTO person_facts (user_id, valid_from, gender, birth_year, region)
      SELECT ${userId}, greatest(clock_timestamp(), max(valid_from)) + interval '1 microsecond', ${after.gender},
        ${after.birthYear}::smallint, ${after.region}::text
      FROM person_facts WHERE user_id = ${userId}`;
    return after;
  });
}
