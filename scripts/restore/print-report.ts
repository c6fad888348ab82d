import { escapeControls } from "@/domain/rules/escape-controls";
import type { StoresReconciled } from "@/server/services/restore/reconcile-stores";

/** Says what a restore undid and what became of it. Returns 0 when every invariant holds, else 1. */
export function printReport({ rewind, lostNumbers, settledGifts, redis, audit }: StoresReconciled): number {
  if (rewind) {
    const { rewindId, batches, gifts, anchorFen, refunds } = rewind;
    console.log(
      `finance went back (rewind ${rewindId}): ${batches} batches of ${gifts} gifts, ${anchorFen} fen of anchors, ` +
        `${refunds} refunds; at least ${lostNumbers} of these gifts are gone`,
    );
  } else {
    console.log("finance agrees with the live database");
  }
  console.log(`settled anew or for the first time: ${settledGifts} gifts`);
  console.log(
    `redis: ${redis.wallets} balances read anew, ${redis.queuedGifts} gifts wait in the queue and will be posted, ` +
      `${redis.releasedOrders} orders on their way were lost (${redis.releasedCoins} coins given back), ` +
      `${redis.droppedKeys} copies dropped`,
  );
  const coins = redis.undoneOrders.reduce((sum, { totalCoins }) => sum + totalCoins, 0);
  console.log(`told to be settled and undone: ${redis.undoneOrders.length} gifts of ${coins} coins`);
  for (const { senderId, giftOrderId, totalCoins, traceId } of redis.undoneOrders)
    console.log(`          gift ${giftOrderId} of ${senderId}, ${totalCoins} coins, trace ${traceId}`);
  let broken = 0;
  for (const { key, name, breaches } of audit) {
    if (breaches.length === 0) continue;
    // Nobody drains the queue while this runs.
    const isWaiting =
      key === "queue" && breaches.every(({ facts }) => facts.what === "an entry waits too long");
    if (!isWaiting) broken += 1;
    console.log(`${isWaiting ? "waits " : "BROKEN"}  ${name}`);
    for (const breach of breaches) console.log(`          ${escapeControls(JSON.stringify(breach))}`);
  }
  console.log(
    broken === 0 ? "Every invariant holds. Start the processes." : `${broken} invariant(s) broken.`,
  );
  return broken === 0 ? 0 : 1;
}
