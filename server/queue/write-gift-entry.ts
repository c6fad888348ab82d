import type { GiftQueueEntry } from "@/domain/contracts/gift";

const NAMES_KEPT_MAX = 10_000;
const names = new Map<string, string>();

/** A nickname as JSON in ASCII; a sender sends many gifts. */
function quoteName(name: string): string {
  let quoted = names.get(name);
  if (quoted === undefined) {
    quoted = JSON.stringify(name).replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    if (names.size >= NAMES_KEPT_MAX) names.clear();
    names.set(name, quoted);
  }
  return quoted;
}

/**
 * A gift as it lies in the queue: JSON, in ASCII only, since one wider character would double the text in memory together
 * with all that is sent in the same turn. The contract leaves nothing but the name that would have to be quoted.
 */
export function writeGiftEntry(entry: GiftQueueEntry): string {
  const { comboId, nonce } = entry;
  return (
    `{"giftOrderId":"${entry.giftOrderId}","senderId":"${entry.senderId}","senderName":${quoteName(entry.senderName)},` +
    `"roomId":"${entry.roomId}","sessionId":"${entry.sessionId}","anchorId":"${entry.anchorId}",` +
    `"giftId":"${entry.giftId}","count":${entry.count},"priceCoins":${entry.priceCoins},` +
    `"comboId":${comboId === null ? "null" : `"${comboId}"`},"anonymous":${entry.anonymous},` +
    `"traceId":"${entry.traceId}","sentAt":"${entry.sentAt}"${nonce === undefined ? "" : `,"nonce":"${nonce}"`}}`
  );
}
