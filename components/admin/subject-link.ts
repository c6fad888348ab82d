/** Where the cause of something can be looked at; null where the facts beside it are all there is. */
export function findSubjectLink({
  subject,
  facts,
}: {
  /** As `kind:id`. */
  subject: string;
  facts: Record<string, unknown>;
}): string | null {
  const [kind, id = ""] = subject.split(":", 2);
  const query = (key: string, value: string) => `${key}=${encodeURIComponent(value)}`;
  const walletOfFacts = () =>
    typeof facts.userId === "string" ? `/admin/wallets?${query("userId", facts.userId)}` : null;
  switch (kind) {
    case "wallet":
    case "user":
      return `/admin/wallets?${query("userId", id)}`;
    case "gift-order":
      return `/admin/orders?${query("giftOrderId", id)}`;
    case "refund":
      return typeof facts.giftOrderId === "string"
        ? `/admin/orders?${query("giftOrderId", facts.giftOrderId)}`
        : null;
    case "recharge":
      return walletOfFacts();
    case "payment":
      return walletOfFacts() ?? "/admin/recharges";
    case "withdrawal":
      return `/admin/finance?tab=withdrawals&${query("withdrawalId", id)}`;
    case "line":
      return `/admin/finance?tab=settlement&${query("lineId", id)}`;
    case "anchor":
      return `/admin/finance?tab=settlement&${query("anchorId", id)}`;
    case "rain":
      return `/admin/rains?${query("rainId", id)}`;
    case "queue":
      return typeof facts.deadLetterId === "string"
        ? `/admin/dead-letters?${query("id", facts.deadLetterId)}`
        : null;
    case "dead-letter":
      return `/admin/dead-letters?status=all&${query("id", id)}`;
    case "metric":
      return "/admin/services";
    case "room":
      return `/room/${encodeURIComponent(id)}`;
    default:
      return null;
  }
}
