import { DrizzleQueryError } from "drizzle-orm";

/**
 * A query with a secret among its values. The query builder puts all values into the message of what it throws, and
 * messages are logged; the driver's own error, which is thrown instead, names none.
 */
export async function withoutValues<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw error instanceof DrizzleQueryError && error.cause ? error.cause : error;
  }
}
