import { describe, expect, it } from "vitest";
import { newPerson, newPersonAs, newVisitor } from "./lib/attacker";

/** Everybody who is no operator. */
async function gatherOutsiders() {
  const [viewer, anchor] = await Promise.all([newPerson(), newPersonAs("anchor")]);
  const guest = newVisitor();
  await guest.signInAsGuest();
  return { viewer, anchor, guest, visitor: newVisitor() };
}

describe("what viewers like", () => {
  it("is told to operators only, as an answer and as a table", async () => {
    const { viewer, anchor, guest, visitor } = await gatherOutsiders();
    for (const client of [viewer.client, anchor.client, guest, visitor]) {
      for (const input of [undefined, {}, { tag: "piano" }, { tag: "no such tag" }]) {
        const { error } = await client.query("analytics.affinity", input);
        expect(error?.name).toBe(client === visitor ? "UNAUTHENTICATED" : "FORBIDDEN");
      }
      const csv = await client.fetch("/api/export/affinity.csv");
      expect(csv.status).toBe(client === visitor ? 401 : 403);
      expect(await csv.text()).not.toContain("found_by");
    }
  });

  it("never shows in the lobby of anybody else: no reason, no order, whatever they ask for", async () => {
    const { viewer, anchor, guest, visitor } = await gatherOutsiders();
    for (const client of [viewer.client, anchor.client, guest, visitor]) {
      for (const input of [
        { sort: "forYou" },
        { sort: "forYou", userId: viewer.userId },
        { sort: "forYou", viewerId: viewer.userId },
        { sort: "viewers" },
        { sort: "newest" },
      ]) {
        const { data } = await client.query<{ items: { reason: unknown }[]; order: string }>(
          "room.list",
          input,
        );
        expect(data.order).not.toBe("forYou");
        expect(data.items.every(({ reason }) => reason === null)).toBe(true);
      }
    }
  });

  it("is not asked for by an order that there is not, or a cursor that was made up", async () => {
    const { client } = await newPerson();
    const made = Buffer.from(JSON.stringify({ shown: -1, liveSince: "x", roomId: "y" })).toString(
      "base64url",
    );
    for (const input of [{ sort: "affinity" }, { sort: ["forYou"] }, { sort: "forYou", cursor: made }])
      expect((await client.query("room.list", input)).error?.name).toBe("INVALID_INPUT");
  });
});

it("a profile of payers is its own viewer's and the operators'", async () => {
  const { viewer, anchor, guest } = await gatherOutsiders();
  const { userId } = viewer;
  expect((await viewer.client.query("analytics.viewer", { userId })).status).toBe(200);
  expect((await anchor.client.query("analytics.viewer", { userId })).error?.name).toBe("NOT_FOUND");
  expect((await guest.query("analytics.viewer", { userId })).error).toBeDefined();
});
