import { CLOCK_SKEW_SECONDS_MAX } from "./http-signature";

/** Requests that are remembered; more than that, and the time in which one is taken becomes shorter. */
const REQUESTS_MAX = 500_000;
/**
 * The libraries sign to the second, so the same event twice in one second is the same request, and meant. Later it is
 * somebody who sends again what he has overheard.
 */
const SAME_MOMENT_MS = 2_000;

/** A signed request, as far as it takes to know it again. */
export interface SignedRequest {
  /** Its signature, shortened. */
  id: string;
  signedAtSeconds: number;
  /** Whether the signer made it unlike any other, so that it counts once. */
  isUnique: boolean;
}

/** Enough of a signature to tell requests apart: 72 bits of it, which nobody without the secret can choose. */
export function shortenSignature(signature: string): string {
  return Buffer.from(signature.slice(0, 18), "hex").toString("base64url");
}

/** Which requests have come already, for as long as their signatures are good. */
export class SeenRequests {
  /** By the second in which they were signed. */
  private readonly bySecond = new Map<number, Map<string, number>>();
  private count = 0;
  private clearedAtSecond = 0;
  /** What was signed in this second or before may have been forgotten. */
  private forgottenUntil = Number.NEGATIVE_INFINITY;

  constructor(private readonly requestsMax = REQUESTS_MAX) {}

  /** How long ago the request first came, Infinity when that is not known any more; undefined when it is new. */
  note({ id, signedAtSeconds }: SignedRequest, nowMs: number): number | undefined {
    this.forgetWorthless(Math.floor(nowMs / 1_000));
    let requests = this.bySecond.get(signedAtSeconds);
    const firstMs = requests?.get(id);
    if (firstMs !== undefined) return nowMs - firstMs;
    if (signedAtSeconds <= this.forgottenUntil) return Number.POSITIVE_INFINITY;
    if (!requests) {
      requests = new Map();
      this.bySecond.set(signedAtSeconds, requests);
    }
    requests.set(id, nowMs);
    this.count += 1;
    if (this.count > this.requestsMax) this.forgetOldest();
    return undefined;
  }

  private forgetWorthless(nowSecond: number): void {
    if (nowSecond === this.clearedAtSecond) return;
    this.clearedAtSecond = nowSecond;
    for (const second of this.bySecond.keys()) {
      if (nowSecond - second > CLOCK_SKEW_SECONDS_MAX) this.forget(second);
    }
  }

  private forgetOldest(): void {
    const oldest = Math.min(...this.bySecond.keys());
    this.forgottenUntil = oldest;
    this.forget(oldest);
  }

  private forget(second: number): void {
    this.count -= this.bySecond.get(second)?.size ?? 0;
    this.bySecond.delete(second);
  }
}

/** Whether a request that first came so long ago is somebody's repetition. */
export function isReplay({ isUnique }: SignedRequest, agoMs: number | undefined): boolean {
  return agoMs !== undefined && (isUnique || agoMs > SAME_MOMENT_MS);
}
