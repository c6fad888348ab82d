import { readPolicy, writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import { BizError } from "@/domain/contracts/errors";
import type { MediaHostsPolicy, MediaHostsView, SetMediaHostsInput } from "@/domain/contracts/media-hosts";
import { POLICIES } from "@/domain/contracts/policies";
import { isMediaUrlAllowed, type MediaHosts } from "@/domain/rules/media-hosts";
import { type Env, isDemoMode } from "@/platform/settings/env";
import { actingOperator } from "../approval/acting-operator";
import type { Resources, SignedInCtx } from "../context";
import { cachedPolicy, dropCachedPolicy } from "../policy/cached-policy";

type Mode = Pick<Env, "DOWNPOUR_MODE">;

/** Demo and development show what anybody tries out; a platform that people trust shows what it has named. */
const isAnyByDefault = (env: Mode) => isDemoMode(env);

const resolve = (env: Mode, { hosts }: MediaHostsPolicy): MediaHosts =>
  hosts ?? (isAnyByDefault(env) ? null : []);

/** Where streams, pictures and effects may come from now, at most seconds old; as usual while nobody can be asked. */
export async function getMediaHosts(resources: Pick<Resources, "env" | "live" | "log">): Promise<MediaHosts> {
  const { env, log } = resources;
  try {
    return resolve(env, await cachedPolicy(resources, "media-hosts"));
  } catch (error) {
    log.warn({ reason: String(error) }, "the media hosts could not be read");
    return resolve(env, POLICIES["media-hosts"].defaults);
  }
}

/** Throws MEDIA_HOST_REFUSED with the `field` that holds the address. */
export async function requireMediaUrl(
  resources: Pick<Resources, "env" | "live">,
  field: string,
  url: string,
): Promise<void> {
  const hosts = resolve(resources.env, await readPolicy(resources.live.sql, "media-hosts"));
  if (!isMediaUrlAllowed(url, hosts)) throw new BizError("MEDIA_HOST_REFUSED", { field });
}

export async function getMediaHostsPolicy(ctx: SignedInCtx): Promise<MediaHostsView> {
  return view(ctx, await readPolicy(ctx.live.sql, "media-hosts"));
}

/** Changes them; pages that are opened from then on know within seconds. */
export async function setMediaHostsPolicy(
  ctx: SignedInCtx,
  input: SetMediaHostsInput,
): Promise<MediaHostsView> {
  const { reason, hosts } = input;
  const policy = { hosts: hosts && [...new Set(hosts)].sort() };
  const by = actingOperator(ctx, reason);
  await inTransaction(ctx.live.sql, (tx) => writePolicy(tx, "media-hosts", policy, by));
  dropCachedPolicy(ctx, "media-hosts");
  return view(ctx, policy);
}

const view = (ctx: SignedInCtx, policy: MediaHostsPolicy): MediaHostsView => ({
  ...policy,
  anyByDefault: isAnyByDefault(ctx.env),
});
