import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyDefaults } from "../contracts/policies";
import { type ApprovalFacts, decideWithdrawalApproval } from "./withdrawal-approval";

const production = policyDefaults("withdrawal", "production");
const demo = policyDefaults("withdrawal", "demo");
const KNOWN: ApprovalFacts = {
  dayFen: 99_999,
  monthFen: 499_999,
  newAccountsFen: 0,
  isAccountKnown: true,
  isAccountConfirmed: false,
};
const NEW: ApprovalFacts = {
  ...KNOWN,
  newAccountsFen: 19_999,
  isAccountKnown: false,
  isAccountConfirmed: true,
};

describe("deciding whether a withdrawal passes by itself", () => {
  it.each<[string, ApprovalFacts, string[]]>([
    ["a known account, below everything", KNOWN, []],
    ["a known account, whatever new ones were asked for", { ...KNOWN, newAccountsFen: 99_999 }, []],
    ["a known account, at the threshold of a day", { ...KNOWN, dayFen: 100_000 }, ["sum_of_day"]],
    ["a known account, at the threshold of a month", { ...KNOWN, monthFen: 500_000 }, ["sum_of_month"]],
    ["a new account that was confirmed, below everything", NEW, []],
    ["new accounts at their threshold", { ...NEW, newAccountsFen: 20_000 }, ["new_accounts"]],
    ["a new account without a code", { ...NEW, isAccountConfirmed: false }, ["account_not_confirmed"]],
    [
      "everything at once",
      {
        dayFen: 100_000,
        monthFen: 500_000,
        newAccountsFen: 20_000,
        isAccountKnown: false,
        isAccountConfirmed: false,
      },
      ["sum_of_day", "sum_of_month", "new_accounts", "account_not_confirmed"],
    ],
  ])("in production: %s", (_, facts, reasons) => {
    expect(decideWithdrawalApproval(facts, production)).toEqual(reasons);
  });

  it("in a demonstration asks for no code, and for an operator by the sums alone", () => {
    const first = {
      ...NEW,
      dayFen: 99_900,
      monthFen: 99_900,
      newAccountsFen: 99_900,
      isAccountConfirmed: false,
    };
    expect(decideWithdrawalApproval(first, demo)).toEqual([]);
    const second = { ...first, dayFen: 199_800, monthFen: 199_800, newAccountsFen: 199_800 };
    expect(decideWithdrawalApproval(second, demo)).toEqual(["sum_of_day", "new_accounts"]);
  });

  it("never lets more pass by itself for being cut into pieces, over however many accounts", () => {
    const pieces = fc.array(fc.record({ fen: fc.integer({ min: 1, max: 60_000 }), isKnown: fc.boolean() }));
    fc.assert(
      fc.property(pieces, (asked) => {
        let passedFen = 0;
        let passedToNewFen = 0;
        const sums = { dayFen: 0, monthFen: 0, newAccountsFen: 0 };
        for (const { fen, isKnown } of asked) {
          const next = {
            dayFen: sums.dayFen + fen,
            monthFen: sums.monthFen + fen,
            newAccountsFen: sums.newAccountsFen + (isKnown ? 0 : fen),
          };
          Object.assign(sums, next);
          const facts = { ...next, isAccountKnown: isKnown, isAccountConfirmed: true };
          if (decideWithdrawalApproval(facts, production).length > 0) continue;
          passedFen += fen;
          if (!isKnown) passedToNewFen += fen;
        }
        expect(passedFen).toBeLessThan(production.approvalThresholdFen);
        expect(passedToNewFen).toBeLessThan(production.newAccountThresholdFen);
      }),
    );
  });
});
