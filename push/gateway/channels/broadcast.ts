import type { Frame } from "../protocol/frames";
import type { Subscriber } from "./socket-connection";

/** A frame on its way to a channel's subscribers. */
export interface QueuedFrame {
  readonly frame: Frame;
  /** Joins of the channel when it was published; later joiners do not get it. */
  readonly joinsBefore: number;
  /** The socket that caused the event and does not want it back. */
  readonly exceptSocketId: string | undefined;
  readonly isLowPriority: boolean;
}

/** Writing to this many sockets takes a few milliseconds; then others get a turn. */
const SOCKETS_PER_TURN = 256;

export interface BroadcastResult {
  writes: number;
  bytes: number;
  delivered: number;
  /** Low-priority events kept from lagging readers. */
  skipped: number;
}

/**
 * Writes a batch, in order, to everyone it is meant for. Nearly every subscriber gets the same concatenated bytes;
 * those who lag, joined in the middle or are excepted get their own selection. Yields to the event loop between turns;
 * a batch for few sockets is written before this returns.
 */
export function broadcast(
  batch: readonly QueuedFrame[],
  subscribers: ReadonlySet<Subscriber>,
  onDone: (result: BroadcastResult) => void,
): void {
  const first = batch[0] as QueuedFrame;
  const last = batch.at(-1) as QueuedFrame;
  const shared = concatenate(batch);
  const exceptedSocketIds = new Set(batch.flatMap((queued) => queued.exceptSocketId ?? []));
  const hasLowPriority = batch.some((queued) => queued.isLowPriority);
  const result: BroadcastResult = { writes: 0, bytes: 0, delivered: 0, skipped: 0 };
  // A Set is walked in the order of joining and tolerates leaving in between, so one iterator serves all turns.
  const remaining = subscribers.values();

  const takeTurn = () => {
    for (let written = 0; written < SOCKETS_PER_TURN; written += 1) {
      const next = remaining.next();
      if (next.done || next.value.joinNumber > last.joinsBefore) {
        onDone(result);
        return;
      }
      const { connection, joinNumber } = next.value;
      const getsAll =
        joinNumber <= first.joinsBefore &&
        !(hasLowPriority && connection.lagging) &&
        !(exceptedSocketIds.size > 0 && exceptedSocketIds.has(connection.socketId));
      if (getsAll) {
        connection.write(shared);
        result.writes += 1;
        result.bytes += shared.length;
        result.delivered += batch.length;
      } else {
        writeSelection(batch, next.value, result);
      }
    }
    setImmediate(takeTurn);
  };
  takeTurn();
}

function writeSelection(
  batch: readonly QueuedFrame[],
  { connection, joinNumber }: Subscriber,
  result: BroadcastResult,
): void {
  const meant = batch.filter(
    (queued) => joinNumber <= queued.joinsBefore && queued.exceptSocketId !== connection.socketId,
  );
  const selection = connection.lagging ? meant.filter((queued) => !queued.isLowPriority) : meant;
  result.skipped += meant.length - selection.length;
  if (selection.length === 0) return;
  const frames = concatenate(selection);
  connection.write(frames);
  result.writes += 1;
  result.bytes += frames.length;
  result.delivered += selection.length;
}

function concatenate(batch: readonly QueuedFrame[]): Frame {
  return batch.length === 1 && batch[0] ? batch[0].frame : Buffer.concat(batch.map((queued) => queued.frame));
}
