import { sql } from "drizzle-orm";
import {
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { at } from "../../columns";

/** Crowds that the simulator made, one after the other. Only demo and development have any. */
export const simulatedPopulations = pgTable(
  "simulated_populations",
  {
    id: integer("id").primaryKey().generatedAlwaysAsIdentity({ startWith: 1, maxValue: 65_535 }),
    status: text("status", {
      enum: ["ordered", "preparing", "ready", "removal_ordered", "removing", "removed", "broken"],
    }).notNull(),
    behaviourVersion: integer("behaviour_version").notNull(),
    seed: integer("seed").notNull(),
    anchors: integer("anchors").notNull(),
    viewers: integer("viewers").notNull(),
    guests: integer("guests").notNull(),
    /** How many of them are there, while they are made or removed. */
    people: integer("people").notNull().default(0),
    /** Why it is broken. */
    fault: text("fault"),
    orderedAt: at("ordered_at").notNull().defaultNow(),
    begunAt: at("begun_at"),
    endedAt: at("ended_at"),
  },
  () => [
    /** One crowd at a time: its rates and figures would mean nothing beside another's. */
    uniqueIndex("simulated_populations_one").on(sql`(true)`).where(sql`status <> 'removed'`),
  ],
);

/** Everybody and every room that the simulator made: what is not in here is not its to touch. */
export const simulatedPeople = pgTable(
  "simulated_people",
  {
    population: integer("population")
      .notNull()
      .references(() => simulatedPopulations.id),
    ordinal: integer("ordinal").notNull(),
    userId: uuid("user_id").notNull(),
    kind: text("kind", { enum: ["anchor", "viewer", "guest"] }).notNull(),
    community: smallint("community"),
    /** Of an anchor. */
    roomId: uuid("room_id"),
    /** Of the session in which they come; null when they have been removed and books still name them. */
    token: text("token"),
  },
  (t) => [
    primaryKey({ columns: [t.population, t.ordinal] }),
    index("simulated_people_user").on(t.userId),
    check("simulated_people_kind", sql`${t.kind} IN ('anchor', 'viewer', 'guest')`),
  ],
);

/** Runs of the simulator, with what they were told to do and what came of it. */
export const simulatorRuns = pgTable(
  "simulator_runs",
  {
    runId: uuid("run_id").primaryKey(),
    population: integer("population").notNull(),
    status: text("status", { enum: ["ordered", "running", "done", "stopped", "broken"] }).notNull(),
    /** What it should send now; may be changed while it runs. */
    giftsPerSecond: doublePrecision("gifts_per_second").notNull(),
    minutes: doublePrecision("minutes").notNull(),
    sockets: integer("sockets"),
    seed: integer("seed").notNull(),
    /** What it is doing, beside sending: words of `SIMULATOR_PHASES`. */
    phase: text("phase"),
    fault: text("fault"),
    report: jsonb("report"),
    stopAskedAt: at("stop_asked_at"),
    orderedAt: at("ordered_at").notNull().defaultNow(),
    begunAt: at("begun_at"),
    endedAt: at("ended_at"),
  },
  (t) => [
    index("simulator_runs_latest").on(t.orderedAt),
    /** The database, not only the code, keeps two from running at once. */
    uniqueIndex("simulator_runs_one").on(sql`(true)`).where(sql`status IN ('ordered', 'running')`),
  ],
);

/** What a run looked like every two seconds, for the page that shows it live. */
export const simulatorSamples = pgTable(
  "simulator_samples",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => simulatorRuns.runId, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    sample: jsonb("sample").notNull(),
  },
  (t) => [primaryKey({ columns: [t.runId, t.number] })],
);
