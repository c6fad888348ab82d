import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { banPerson, newPersonAs, type Person, withLive } from "./lib/attacker";

let [thief, other, third]: Person[] = [];

/** As an operator who works around the product would set it; two of them cannot be asked before there is a policy. */
const setFourEyes = (mode: "on" | "auto") =>
  withLive(
    (live) => live.sql`
      INSERT INTO policies (key, value) VALUES ('four-eyes', ${JSON.stringify({ mode, largePayoutFen: 1_000_000 })}::text::jsonb)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );

beforeAll(async () => {
  [thief, other, third] = await Promise.all([
    newPersonAs("operator"),
    newPersonAs("operator"),
    newPersonAs("operator"),
  ]);
  await setFourEyes("on");
});
afterAll(() => setFourEyes("auto"));

const client = (person: Person | undefined) => (person as Person).client;
const share = (reason = "for me") => ({
  anchorId: null,
  shareBps: 9_999,
  effectiveAt: "2999-01-01T00:00:00Z",
  reason,
});
const decide = (person: Person | undefined, proposalId: string, approve = true) =>
  client(person).mutate<{ state: string }>("ops.decideProposal", {
    proposalId,
    approve,
    reason: "looked at",
  });
async function propose(input = share()): Promise<string> {
  const { error } = await client(thief).mutate("finance.setShare", input);
  expect(error).toMatchObject({ name: "SECOND_OPERATOR_NEEDED", code: 6010 });
  return String(error?.details.proposalId);
}
async function sharesOf(shareBps: number): Promise<number> {
  const { data } = await client(other).query<{ shareBps: number }[]>("finance.shares");
  return data.filter((row) => row.shareBps === shareBps).length;
}

describe("one stolen operator", () => {
  it("changes no share, gives no coins and writes no policy", async () => {
    const grant = { grantId: randomUUID(), anchorId: randomUUID(), coins: 1_000, reason: "for me" };
    const refusals = await Promise.all([
      client(thief).mutate("finance.setShare", share()),
      client(thief).mutate("rain.grant", grant),
      client(thief).mutate("ops.setFourEyesPolicy", {
        mode: "off",
        largePayoutFen: 100_000_000_000,
        reason: "in the way",
      }),
      client(thief).mutate("wallet.setCapsPolicy", {
        giftCoinsMax: null,
        dayCoinsMax: null,
        monthCoinsMax: null,
        reason: "more",
      }),
    ]);
    expect(refusals.map(({ error }) => error?.name)).toEqual(Array(4).fill("SECOND_OPERATOR_NEEDED"));
    expect(await sharesOf(9_999)).toBe(0);
    const { data } = await client(other).query<{ mode: string }>("ops.fourEyes");
    expect(data.mode).toBe("on");
  });

  it("does not approve what it proposed, nor puts another input in its place", async () => {
    const proposalId = await propose();
    expect((await decide(thief, proposalId)).error?.name).toBe("FORBIDDEN");
    await client(thief).mutate("ops.decideProposal", {
      proposalId,
      approve: true,
      reason: "r",
      decidedBy: other?.userId,
      input: share("forged"),
    });
    expect(await sharesOf(9_999)).toBe(0);
    expect((await decide(other, proposalId, false)).data.state).toBe("rejected");
    expect((await decide(third, proposalId)).error?.name).toBe("PROPOSAL_STATE_CONFLICT");
    expect(await sharesOf(9_999)).toBe(0);
  });

  it("is not helped by an operator who was banned", async () => {
    const proposalId = await propose(share("again"));
    const banned = await newPersonAs("operator");
    await banPerson(banned);
    expect((await decide(banned, proposalId)).error?.name).toBe("UNAUTHENTICATED");
    expect((await decide(other, proposalId, false)).data.state).toBe("rejected");
  });
});

it("two operators who approve at once do it once, and the record names both", async () => {
  const input = { ...share("agreed"), shareBps: 5_432, effectiveAt: "2998-01-01T00:00:00Z" };
  const proposalId = await propose(input);
  const answers = await Promise.all([
    decide(other, proposalId),
    decide(third, proposalId),
    decide(other, proposalId),
  ]);
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409]);
  expect(await sharesOf(5_432)).toBe(1);
  // Proposed again, it is no longer possible: what the use case says counts.
  const again = await propose(input);
  expect((await decide(other, again)).error?.name).toBe("INVALID_INPUT");
  expect(await sharesOf(5_432)).toBe(1);
});
