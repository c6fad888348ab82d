import { describe, expect, it } from "vitest";
import { newPerson, newPersonAs, newVisitor } from "./lib/attacker";

describe("an operator's procedure", () => {
  it("is refused to everybody who is no operator", async () => {
    const [viewer, anchor] = await Promise.all([newPerson(), newPersonAs("anchor")]);
    const guest = newVisitor();
    await guest.signInAsGuest();
    const refusals = await Promise.all(
      [newVisitor(), guest, viewer.client, anchor.client].map((client) => client.query("ops.alarms", {})),
    );
    expect(refusals.map(({ error }) => error?.name)).toEqual([
      "UNAUTHENTICATED",
      "FORBIDDEN",
      "FORBIDDEN",
      "FORBIDDEN",
    ]);
    const operator = await newPersonAs("operator");
    expect((await operator.client.query("ops.alarms", {})).status).toBe(200);
  });
});
