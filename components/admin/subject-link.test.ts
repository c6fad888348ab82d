import { describe, expect, it } from "vitest";
import { findSubjectLink } from "./subject-link";

describe("what a subject leads to", () => {
  it.each([
    ["wallet:7", {}, "/admin/wallets?userId=7"],
    ["gift-order:7", {}, "/admin/orders?giftOrderId=7"],
    ["refund:7", { giftOrderId: "8" }, "/admin/orders?giftOrderId=8"],
    ["recharge:7", { userId: "8" }, "/admin/wallets?userId=8"],
    ["user:7", {}, "/admin/wallets?userId=7"],
    ["payment:7", { userId: "8" }, "/admin/wallets?userId=8"],
    ["payment:7", {}, "/admin/recharges"],
    ["rain:7", {}, "/admin/rains?rainId=7"],
    ["room:7", {}, "/room/7"],
    ["queue:gifts", { deadLetterId: "8" }, "/admin/dead-letters?id=8"],
    ["dead-letter:7", {}, "/admin/dead-letters?status=all&id=7"],
    ["line:a&b", {}, "/admin/finance?tab=settlement&lineId=a%26b"],
  ])("%s %j", (subject, facts, link) => {
    expect(findSubjectLink({ subject, facts })).toBe(link);
  });

  it.each(["bucket:3", "ledger:packet_escrow", "refund:7", "queue:gifts"])(
    "nothing by itself: %s",
    (subject) => {
      expect(findSubjectLink({ subject, facts: {} })).toBeNull();
    },
  );
});
