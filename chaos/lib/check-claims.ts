import type { OperationHistory } from "./history";
import type { MoneyTables } from "./read-tables";
import type { Rule, Violation } from "./violation";

/**
 * Compares the packets that viewers were shown as won with the claims that were credited: each shown one is credited to its
 * viewer once, or made good by the platform; nobody who was refused each time got one; no packet was shown to two.
 */
export function checkClaims(claims: readonly OperationHistory[], tables: MoneyTables): Violation[] {
  const violations: Violation[] = [];
  /** Who was shown a packet and has it: whoever got the same from the platform instead does not stand here. */
  const shownTo = new Map<string, Set<string>>();
  for (const { operation, events } of claims) {
    const { id, userId, rainId } = operation;
    const find = (rule: Rule, detail: string) =>
      violations.push({ rule, subject: `${id} of ${userId}`, detail });
    const credited = tables.claims.filter((row) => row.claimId === id && row.userId === userId);
    if (credited.length > 1) find("packet-credited-twice", `${credited.length} packets for one claim`);
    const shown = events.flatMap((event) => (event.type === "won" ? [event.packet] : []));
    for (const { packetIndex, coins } of shown) {
      const packet = `${rainId} ${packetIndex}`;
      const isCredited = credited.some((row) => row.packetIndex === packetIndex && row.coins === coins);
      const isMadeGood = tables.madeGood.some(
        (row) => row.claimId === id && row.userId === userId && row.coins === coins,
      );
      if (!isMadeGood) shownTo.set(packet, (shownTo.get(packet) ?? new Set()).add(userId));
      if (isCredited === isMadeGood)
        find(
          "won-not-credited",
          isCredited ? "credited, and made good besides" : `shown packet ${packetIndex} with ${coins} coins`,
        );
    }
    const answers = events.filter(({ type }) => type === "won" || type === "fail" || type === "unknown");
    if (answers.length > 0 && answers.every(({ type }) => type === "fail") && credited.length > 0)
      find("refused-but-credited", "refused each time, and credited");
  }
  for (const [packet, users] of shownTo) {
    if (users.size < 2) continue;
    violations.push({ rule: "packet-shown-twice", subject: packet, detail: [...users].join(", ") });
  }
  const packets = new Map<string, number>();
  for (const { rainId, packetIndex } of tables.claims) {
    const packet = `${rainId} ${packetIndex}`;
    packets.set(packet, (packets.get(packet) ?? 0) + 1);
  }
  for (const [packet, count] of packets)
    if (count > 1)
      violations.push({ rule: "packet-credited-twice", subject: packet, detail: `${count} times` });
  return violations;
}
