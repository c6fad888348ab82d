import { BizError } from "@/domain/contracts/errors";
import { bucketOf } from "@/domain/rules/bucket";
import { SIGNATURE_WINDOW_MS } from "@/domain/rules/signed-call";
import type { RedisClient } from "@/platform/redis/client";
import { nonceKey } from "@/platform/redis/keys";
import { defineScript } from "@/platform/redis/script";
import useSource from "./use-nonce.lua";

const useScript = defineScript(useSource);

/** It is kept longer than its call is taken, by more than the clocks of two web processes differ. */
const MARGIN_MS = 10_000;

/** The nonce of one signed call. */
export class CallNonce {
  /** Whether Redis knows that it was used: a script that does what was asked has noted it in the same step. */
  isUsed = false;
  #bucket: number | undefined;

  /** Milliseconds. */
  readonly keptMs: number;

  constructor(
    readonly text: string,
    private readonly userId: string,
    { signedAtMs, nowMs }: { signedAtMs: number; nowMs: number },
  ) {
    this.keptMs = signedAtMs + SIGNATURE_WINDOW_MS - nowMs + MARGIN_MS;
  }

  /** In the slot of the user, or of what the call's script works on. */
  get key(): string {
    return nonceKey(this.#bucket ?? bucketOf(this.userId), this.userId, this.text);
  }

  /** It is kept beside what lies in this bucket: the same one for the same call. What is noted stays where it is. */
  keepIn(bucket: number): void {
    if (!this.isUsed) this.#bucket = bucket;
  }

  /** Throws REPLAYED where it was used before, and what the driver throws where nobody can tell. */
  async use(redis: RedisClient): Promise<void> {
    const isFirst = await useScript.run(redis, [this.key], [this.keptMs]);
    if (isFirst !== 1) throw new BizError("REPLAYED", { field: "x-dp-nonce" });
    this.isUsed = true;
  }
}
