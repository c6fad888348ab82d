import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Env } from "@/server/env";

const WEBHOOK_EVENTS = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "subscription_count",
  "cache_miss",
] as const;

/** One tenant of the gateway: its own key, channels, users and limits. */
export const App = z.object({
  id: z.string().regex(/^\d+$/, "must be digits"),
  key: z.string().min(1),
  secret: z.string().min(1),
  enabled: z.boolean().default(true),
  /** Whether clients may send `client-*` events to each other. */
  clientEvents: z.boolean().default(false),
  /** Whether channels announce how many sockets are subscribed. */
  subscriptionCounts: z.boolean().default(true),
  maxConnections: z.number().int().min(0).optional(),
  /** Where to tell what happens in channels; without `events` all of it. */
  webhooks: z
    .array(z.object({ url: z.url(), events: z.array(z.enum(WEBHOOK_EVENTS)).optional() }))
    .default([]),
});
export type App = z.infer<typeof App>;

type AppSettings = Pick<
  Env,
  "PUSHER_APP_ID" | "PUSHER_KEY" | "PUSHER_SECRET" | "PUSH_APPS" | "PUSH_APPS_FILE"
>;

/**
 * The app of the `PUSHER_*` settings, then those of `PUSH_APPS` and `PUSH_APPS_FILE`. Throws an Error that names the
 * setting at fault: not JSON, not apps, or an id or key that is used twice.
 */
export function readApps(settings: AppSettings): App[] {
  const own = App.parse({
    id: settings.PUSHER_APP_ID,
    key: settings.PUSHER_KEY,
    secret: settings.PUSHER_SECRET,
  });
  const inline = settings.PUSH_APPS ? parseApps("PUSH_APPS", settings.PUSH_APPS) : [];
  const filed = settings.PUSH_APPS_FILE
    ? parseApps("PUSH_APPS_FILE", readFileSync(settings.PUSH_APPS_FILE, "utf8"))
    : [];
  const apps = [own, ...inline, ...filed];
  for (const field of ["id", "key"] as const) {
    const repeated = apps.find(
      (app, index) => apps.findIndex((other) => other[field] === app[field]) !== index,
    );
    if (repeated) throw new Error(`PUSH_APPS: app ${field} ${repeated[field]} is used twice`);
  }
  return apps;
}

function parseApps(setting: string, json: string): App[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error(`${setting}: is not JSON`);
  }
  const result = z.array(App).safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Error(`${setting}: ${issue?.path.join(".") || "apps"} ${issue?.message}`);
}
