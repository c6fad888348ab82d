import { readFileSync } from "node:fs";
import { z } from "zod";
import { parseExactJson } from "@/domain/rules/exact-json";
import { findWeakness, overlaps } from "@/platform/security/weak-secret";
import { type Env, isDemoMode, KNOWN_SECRETS } from "@/platform/settings/env";

const WEBHOOK_EVENTS = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "subscription_count",
  "cache_miss",
] as const;

const Origin = z.string().refine((text) => {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}, "must be an origin such as https://example.org, without a path");

/** One tenant of the gateway: its own key, channels, users and limits. */
export const App = z.strictObject({
  id: z.union(
    [z.int().min(0).transform(String), z.string().regex(/^\d+$/, "must be digits")],
    "must be digits",
  ),
  key: z.string().min(1),
  secret: z.string().min(1),
  enabled: z.boolean().default(true),
  /** Whether clients may send `client-*` events to each other. */
  clientEvents: z.boolean().default(false),
  /** Whether channels announce how many sockets are subscribed. */
  subscriptionCounts: z.boolean().default(true),
  maxConnections: z.number().int().min(0).optional(),
  /** Pages that may connect, as `https://example.org`; without any all may. Clients that are no browser name none. */
  origins: z.array(Origin).default([]),
  /** Events that may be published on one node, over HTTP and by clients, counted for each channel they go to. */
  maxEventsPerSecond: z.number().int().min(1).optional(),
  /** Where to tell what happens in channels; without `events` all of it. */
  webhooks: z
    .array(z.strictObject({ url: z.url(), events: z.array(z.enum(WEBHOOK_EVENTS)).optional() }))
    .default([]),
});
export type App = z.infer<typeof App>;

type AppSettings = Pick<
  Env,
  | "PUSHER_APP_ID"
  | "PUSHER_KEY"
  | "PUSHER_SECRET"
  | "PUSH_CLIENT_EVENTS"
  | "PUSH_ORIGINS"
  | "PUSH_APPS"
  | "PUSH_APPS_FILE"
>;

/**
 * The app of the `PUSHER_*` settings, then those of `PUSH_APPS` and `PUSH_APPS_FILE`; one of these with the id, key and
 * secret of the first takes its place. Throws an Error that names the setting at fault: cannot be read, not JSON, not
 * apps, or an id or key that is used twice.
 */
export function readApps(settings: AppSettings): App[] {
  const own = App.parse({
    id: settings.PUSHER_APP_ID,
    key: settings.PUSHER_KEY,
    secret: settings.PUSHER_SECRET,
    clientEvents: settings.PUSH_CLIENT_EVENTS,
    origins: settings.PUSH_ORIGINS.split(",").filter((origin) => origin !== ""),
  });
  const listed = [
    ...(settings.PUSH_APPS ? parseApps("PUSH_APPS", settings.PUSH_APPS) : []),
    ...(settings.PUSH_APPS_FILE ? parseApps("PUSH_APPS_FILE", readAppsFile(settings.PUSH_APPS_FILE)) : []),
  ];
  const isOwn = (app: App) => app.id === own.id && app.key === own.key && app.secret === own.secret;
  const apps = listed.some(isOwn) ? listed : [own, ...listed];
  for (const field of ["id", "key"] as const) {
    const repeated = apps.find(
      (app, index) => apps.findIndex((other) => other[field] === app[field]) !== index,
    );
    if (repeated) {
      throw new Error(`PUSHER_*, PUSH_APPS, PUSH_APPS_FILE: app ${field} ${repeated[field]} is used twice`);
    }
  }
  return apps;
}

/** In production and staging the secrets of all apps are made by a machine and differ; a file's are seen here only. */
export function requireStrongSecrets(
  settings: Pick<Env, "DOWNPOUR_MODE" | "PUSHER_SECRET">,
  apps: readonly App[],
): void {
  if (isDemoMode(settings)) return;
  for (const [i, { id, secret }] of apps.entries()) {
    const others = [...KNOWN_SECRETS, ...apps.slice(0, i).map((app) => app.secret)];
    const isKnown = others.some((other) => overlaps(other, secret));
    const weakness = secret === settings.PUSHER_SECRET ? null : findWeakness(secret);
    if (isKnown || weakness) {
      throw new Error(
        `PUSH_APPS, PUSH_APPS_FILE: the secret of app ${id} ${weakness ?? "must be like no other and in no document"}`,
      );
    }
  }
}

function readAppsFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`PUSH_APPS_FILE: cannot be read: ${String(error)}`, { cause: error });
  }
}

/** JSON of a list of apps, or of an object whose `apps` is one. */
function parseApps(setting: string, json: string): App[] {
  let value: unknown;
  try {
    // An id that would be another one as a number is refused.
    value = parseExactJson(json);
  } catch {
    throw new Error(`${setting}: is not JSON`);
  }
  const result = z.array(App).safeParse(unwrap(value));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Error(`${setting}: ${issue?.path.join(".") || "apps"} ${issue?.message}`);
}

function unwrap(value: unknown): unknown {
  return typeof value === "object" && value !== null && "apps" in value ? value.apps : value;
}
