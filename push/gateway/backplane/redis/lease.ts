import { ALL_PARTITIONS, clearedKey, deadKey, heldKey, leasesKey, viewedKey } from "./cluster-keys";
import type { RedisSession } from "./redis-session";

/** How long a node has for clearing away what another one left; then the next one tries. */
const CLEARING_MS_MAX = 10_000;

/** What a holder without a lease has left in one partition. */
export interface StaleNode {
  partition: number;
  holder: string;
  /** False when nothing but viewers is known to be left. */
  hasSockets: boolean;
}

/** The lease of this node in every partition. A node that does not renew it is dead to the others. */
export class Lease {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: RedisSession,
    private readonly leaseMs: number,
  ) {}

  /** Takes the lease. Rejects when the session ends. */
  async begin(): Promise<void> {
    await Promise.all(ALL_PARTITIONS.map((partition) => this.beat(partition, true)));
  }

  /** Renews it from now on, until the session ends, and hands out what nodes without a lease have left. */
  keep(everyMs: number, onStale: (stale: StaleNode[]) => void): void {
    const renew = async () => {
      const [dead] = await Promise.all([
        Promise.all(ALL_PARTITIONS.map((partition) => this.beat(partition, false))),
        this.redis.pingStreams(),
      ]);
      onStale(
        dead.flatMap((holders, partition) =>
          holders.map((holder) => ({ partition, holder, hasSockets: true })),
        ),
      );
    };
    this.timer = setInterval(() => {
      // A failure has ended the session, which is dealt with there.
      renew().catch(() => this.stop());
    }, everyMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * The partitions that others have taken this holder out of, or are about to, because it had not renewed its lease: there
   * its channels and members are known to be gone. Not so where Redis has merely forgotten everything.
   */
  async findCleared(holder: string | undefined): Promise<ReadonlySet<number>> {
    if (holder === undefined) return new Set();
    const isCleared = await Promise.all(
      ALL_PARTITIONS.map(async (partition) => {
        const [dead, cleared] = await Promise.all([
          this.redis.call((commands) => commands.zscore(deadKey(partition), holder)),
          this.redis.call((commands) => commands.exists(clearedKey(partition, holder))),
        ]);
        return dead !== null || cleared === 1;
      }),
    );
    return new Set(ALL_PARTITIONS.filter((partition) => isCleared[partition]));
  }

  /** Ends a holder's lease. Resolves with what it has left, which this node has to clear away now. */
  async retire(holder: string): Promise<StaleNode[]> {
    const left = await Promise.all(
      ALL_PARTITIONS.map(async (partition) => {
        const keys = [
          leasesKey(partition),
          deadKey(partition),
          heldKey(partition, holder),
          viewedKey(partition, holder),
        ];
        const reply = await this.redis.call(this.redis.script("retire", keys, [holder, CLEARING_MS_MAX]));
        return reply === 0 ? [] : [{ partition, holder, hasSockets: reply === 1 }];
      }),
    );
    return left.flat();
  }

  private async beat(partition: number, isFirst: boolean): Promise<string[]> {
    const keys = [leasesKey(partition), deadKey(partition)];
    const args = [this.redis.holder, this.leaseMs, isFirst ? "1" : "0", CLEARING_MS_MAX];
    return (await this.redis.call(this.redis.script("heartbeat", keys, args))) as string[];
  }
}
