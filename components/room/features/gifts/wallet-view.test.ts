import { describe, expect, it } from "vitest";
import { newerBalance, viewWallet } from "./wallet-view";

describe("newerBalance", () => {
  const known = { balanceCoins: 90, pendingCoins: 0, version: 4 };
  it("ignores an older snapshot", () => {
    expect(newerBalance(known, { balanceCoins: 100, pendingCoins: 10, version: 3 })).toBe(known);
  });
  it("takes one of the same version, whose pending amount may have moved", () => {
    expect(newerBalance(known, { ...known, pendingCoins: 5 }).pendingCoins).toBe(5);
  });
});

describe("viewWallet", () => {
  it("never counts one gift twice, and never too little", () => {
    const balance = { balanceCoins: 100, pendingCoins: 30, version: 1 };
    expect(viewWallet(balance, 0)).toEqual({ spendableCoins: 70, pendingCoins: 30 });
    expect(viewWallet(balance, 30)).toEqual({ spendableCoins: 70, pendingCoins: 30 });
    expect(viewWallet(balance, 45)).toEqual({ spendableCoins: 55, pendingCoins: 45 });
  });
});
