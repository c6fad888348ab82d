import { bigint, timestamp } from "drizzle-orm/pg-core";

/** Whole coins or whole fen: 64 bits in the database, a safe integer here. The unit stands in the column's name. */
export const amount = (name: string) => bigint(name, { mode: "number" });

/** An instant. */
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** An instant in milliseconds, as JavaScript has them: a page cursor made from it names exactly one place. */
export const atMs = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });
