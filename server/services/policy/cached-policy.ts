import { readPolicy } from "@/db/policies";
import {
  POLICIES as DEFINITIONS,
  type PolicyKey,
  type PolicyValue,
  policyDefaults,
} from "@/domain/contracts/policies";
import { defineHeld } from "@/platform/runtime/caches";
import type { Resources } from "../context";

/** A process believes its copy of a policy this long, and then goes on with it while it asks again. */
const FRESH_MS = 5_000;

interface Known {
  value: unknown;
  readAtMs: number;
  refreshing: boolean;
}

/** As many as there are policies. */
const POLICIES = defineHeld(() => new Map<PolicyKey, Known>());

/**
 * A policy of the live database as this process knows it, at most seconds old where `watchPolicies` keeps it so; for paths
 * too hot to ask each time. Only the first call waits. While the database is away the last answer holds.
 */
export function cachedPolicy<K extends PolicyKey>(
  resources: Pick<Resources, "live" | "log">,
  key: K,
): PolicyValue<K> | Promise<PolicyValue<K>> {
  const { live } = resources;
  const entry = live.caches.of(POLICIES).get(key);
  if (!entry) return load(live, key);
  if (performance.now() - entry.readAtMs > FRESH_MS && !entry.refreshing) {
    entry.refreshing = true;
    load(live, key).catch((error: unknown) => {
      resources.log.warn({ reason: String(error), key }, "a policy could not be read again");
      entry.refreshing = false;
    });
  }
  return entry.value as PolicyValue<K>;
}

/** Makes this process ask again: for whoever has just changed it. */
export function dropCachedPolicy({ live }: Pick<Resources, "live">, key: PolicyKey): void {
  live.caches.of(POLICIES).delete(key);
}

/** Puts what is stored now, by key, in the place of what this process knows; what it never asked for stays unknown. */
export function holdStoredPolicies(
  { live, log }: Pick<Resources, "live" | "log">,
  stored: ReadonlyMap<string, object>,
): void {
  const known = live.caches.of(POLICIES);
  for (const key of known.keys()) {
    const value = DEFINITIONS[key].schema.safeParse({ ...policyDefaults(key), ...stored.get(key) });
    if (value.success) known.set(key, { value: value.data, readAtMs: performance.now(), refreshing: false });
    else
      log.error(
        { key, reason: value.error.message },
        "a stored policy cannot be read; what held before goes on",
      );
  }
}

async function load<K extends PolicyKey>(live: Resources["live"], key: K): Promise<PolicyValue<K>> {
  const value = await readPolicy(live.sql, key);
  live.caches.of(POLICIES).set(key, { value, readAtMs: performance.now(), refreshing: false });
  return value;
}
