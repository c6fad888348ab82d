import type { Difference } from "@/server/contracts/reconciliation";

/** Where the cause of a difference can be looked at; null where the facts beside it are all there is. */
export function findSubjectLink({ subject, facts }: Pick<Difference, "subject" | "facts">): string | null {
  const [kind, id = ""] = subject.split(":", 2);
  const query = (key: string, value: string) => `${key}=${encodeURIComponent(value)}`;
  switch (kind) {
    case "wallet":
      return `/admin/wallets?${query("userId", id)}`;
    case "gift-order":
      return `/admin/orders?${query("giftOrderId", id)}`;
    case "refund":
      return typeof facts.giftOrderId === "string"
        ? `/admin/orders?${query("giftOrderId", facts.giftOrderId)}`
        : null;
    case "recharge":
      return typeof facts.userId === "string" ? `/admin/wallets?${query("userId", facts.userId)}` : null;
    case "withdrawal":
      return `/admin/finance?tab=withdrawals&${query("withdrawalId", id)}`;
    case "line":
      return `/admin/finance?tab=settlement&${query("lineId", id)}`;
    case "anchor":
      return `/admin/finance?tab=settlement&${query("anchorId", id)}`;
    case "rain":
      return `/admin/rains?${query("rainId", id)}`;
    case "room":
      return `/room/${encodeURIComponent(id)}`;
    default:
      return null;
  }
}
