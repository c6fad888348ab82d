const KEPT_MAX = 500;

/** What was taken away of late, for decoration that must not show it when it arrives after its removal. */
export class TakenBack {
  readonly #keys = new Set<string>();
  readonly #hiddenUntilMs = new Map<string, number>();

  /** One line, or what somebody has said up to a time of the server. */
  add({ key, senderId, untilMs = 0 }: { key?: string; senderId?: string; untilMs?: number }): void {
    if (key !== undefined) {
      this.#keys.add(key);
      forgetOldest(this.#keys);
    }
    if (senderId !== undefined) {
      const until = Math.max(untilMs, this.#hiddenUntilMs.get(senderId) ?? 0);
      this.#hiddenUntilMs.delete(senderId);
      this.#hiddenUntilMs.set(senderId, until);
      forgetOldest(this.#hiddenUntilMs);
    }
  }

  /** `atMs` by the server's clock; without it the line is being said now. */
  has({
    key,
    senderId,
    atMs = Number.POSITIVE_INFINITY,
  }: {
    key: string;
    senderId: string;
    atMs?: number;
  }): boolean {
    return this.#keys.has(key) || atMs <= (this.#hiddenUntilMs.get(senderId) ?? 0);
  }
}

function forgetOldest(kept: Set<string> | Map<string, number>): void {
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
}
