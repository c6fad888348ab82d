import { writeFileSync } from "node:fs";
import type { GiftOrderStatus } from "@/domain/contracts/gift";

/**
 * What clients did and were told, in the order in which it happened. An operation is one intent with one id, however often it
 * is asked for: each try is an `invoke` and then `ok` (the service said yes), `fail` (it said no, for good: nothing has
 * happened) or `unknown` (no answer, or "busy": it may have happened).
 */
export interface Operation {
  kind: "gift" | "claim";
  /** `giftOrderId` or `claimId`, scoped by the user. */
  id: string;
  userId: string;
  /** The price of the gift; unknown for a claim before it is won. */
  coins?: number;
  rainId?: string;
}

export interface ShownPacket {
  packetIndex: number;
  coins: number;
}

export type Said =
  | { type: "invoke" }
  /** `gift.send` said this of the order. */
  | { type: "ok"; status: GiftOrderStatus }
  /** `rain.claim` showed this packet as won. */
  | { type: "won"; packet: ShownPacket }
  | { type: "fail"; refusal: string }
  | { type: "unknown"; why: string }
  /** `gift.status`, or an event of the room, said this of the order. */
  | { type: "status"; status: GiftOrderStatus };

export type HistoryEvent = Said & {
  /** Milliseconds by the clock of this process; when it was asked, for what was asked. */
  askedAtMs: number;
  atMs: number;
};

export interface OperationHistory {
  readonly operation: Operation;
  readonly events: readonly HistoryEvent[];
}

/** Keeps everything in memory: a run of a minute has some thousand operations. */
export class History {
  private readonly byId = new Map<string, { operation: Operation; events: HistoryEvent[] }>();

  /** Notes what is told of an operation, asked at `askedAtMs` and heard now. */
  record(operation: Operation, said: Said, askedAtMs = Date.now()): void {
    const key = `${operation.userId} ${operation.id}`;
    let kept = this.byId.get(key);
    if (!kept) {
      kept = { operation, events: [] };
      this.byId.set(key, kept);
    }
    kept.events.push({ ...said, askedAtMs, atMs: Date.now() });
  }

  operations(): readonly OperationHistory[] {
    return [...this.byId.values()];
  }

  /** One operation a line, for whoever looks for what went wrong. */
  write(file: string): void {
    writeFileSync(
      file,
      this.operations()
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(""),
    );
  }
}
