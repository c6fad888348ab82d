import type { DoctorReport } from "@/domain/contracts/doctor";
import { defineHeld } from "@/platform/runtime/caches";
import { keepFor } from "@/platform/runtime/keep-for";
import { sharedNow } from "@/platform/runtime/shared-clock";
import type { Resources, SignedInCtx } from "../context";
import { examine } from "./examine";

/** However many operators look, and however often. */
const KEPT_MS = 5_000;

type Read = () => Promise<Omit<DoctorReport, "yourAddress">>;
const READ = defineHeld(() => new WeakMap<Resources["env"], Read>());

/** What the process that answers finds of everything it rests on, and the address by which it counts the caller. */
export async function getDoctorReport(ctx: SignedInCtx): Promise<DoctorReport> {
  const held = ctx.live.caches.of(READ);
  let read = held.get(ctx.env);
  if (!read) {
    const { env, log, live, finance, redis, push, readers } = ctx;
    const resources: Resources = { env, log, live, finance, redis, push, ...(readers ? { readers } : {}) };
    read = keepFor(KEPT_MS, async () => ({
      findings: await examine(resources, "running"),
      at: sharedNow().toISOString(),
      node: env.NODE_NAME,
    }));
    held.set(env, read);
  }
  return { ...(await read()), yourAddress: ctx.address.counted };
}
