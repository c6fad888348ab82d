import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { insertSeedUsers } from "@/db/live/queries/seed";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { findMyRoom } from "../room/find-my-room";
import {
  applyAnchor,
  decideApplication,
  getMyApplication,
  listAnchorApplications,
} from "./anchor-applications";
import { setRole } from "./set-role";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

async function newViewer() {
  const id = randomUUID();
  const row = { id, name: "Hopeful", email: `${id}@users.invalid`, phoneIndex: null, phoneCipher: null };
  await insertSeedUsers(harness.resources.live, [{ ...row, role: "viewer", gender: "unsaid" }]);
  return callBy(harness.resources, id);
}
const operator = () => callBy(harness.resources, randomUUID(), "operator");
const apply = async (ctx: Awaited<ReturnType<typeof newViewer>>, applicationId = randomUUID()) =>
  await applyAnchor(ctx, { applicationId, about: "I sing" });
async function roleOf(userId: string) {
  const [row] = await harness.resources.live.sql<
    { role: string }[]
  >`SELECT role FROM users WHERE id = ${userId}`;
  return row?.role;
}

it("whoever is let become an anchor has a room, and the decision with its reason stays", async () => {
  const ctx = await newViewer();
  expect(await getMyApplication(ctx)).toBeNull();
  const { applicationId } = await apply(ctx);
  const op = operator();
  await decideApplication(op, { applicationId, approve: true, reason: "a fine voice" });
  const { userId } = ctx.session;
  expect(await roleOf(userId)).toBe("anchor");
  expect(await getMyApplication(ctx)).toMatchObject({ status: "approved", reason: "a fine voice" });
  expect(await findMyRoom(callBy(harness.resources, userId, "anchor"))).not.toBeNull();
  const rows = await harness.resources.live.sql`
    SELECT action, reason, actor_id, after->>'applicationId' AS id FROM operator_actions WHERE subject = ${`user:${userId}`}`;
  expect(rows).toEqual([
    {
      action: "people.decide-application",
      reason: "a fine voice",
      actor_id: op.session.userId,
      id: applicationId,
    },
  ]);
});

it("whoever is turned down stays a viewer, reads why, and may ask again", async () => {
  const ctx = await newViewer();
  const { applicationId } = await apply(ctx);
  await decideApplication(operator(), { applicationId, approve: false, reason: "not yet" });
  expect(await roleOf(ctx.session.userId)).toBe("viewer");
  expect(await getMyApplication(ctx)).toMatchObject({ status: "rejected", reason: "not yet" });
  expect(await apply(ctx)).toMatchObject({ status: "open" });
});

it("the same tap twice applies once, and one application is open at a time", async () => {
  const ctx = await newViewer();
  const id = randomUUID();
  const [first, second] = await Promise.all([apply(ctx, id), apply(ctx, id)]);
  expect(second).toEqual(first);
  await expect(apply(ctx)).rejects.toMatchObject({ bizName: "APPLICATION_CONFLICT" });
  const other = await newViewer();
  await expect(apply(other, id)).rejects.toMatchObject({ details: { field: "applicationId" } });
});

it("two operators decide once, and deciding the same again changes nothing", async () => {
  const ctx = await newViewer();
  const { applicationId } = await apply(ctx);
  const outcomes = await Promise.allSettled([
    decideApplication(operator(), { applicationId, approve: true, reason: "yes" }),
    decideApplication(operator(), { applicationId, approve: false, reason: "no" }),
  ]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const settled = await getMyApplication(ctx);
  const approve = settled?.status === "approved";
  await decideApplication(operator(), { applicationId, approve, reason: "again" });
  expect(await getMyApplication(ctx)).toEqual(settled);
});

it("only viewers apply, and somebody who was made an anchor meanwhile waits for nothing", async () => {
  const ctx = await newViewer();
  const { userId } = ctx.session;
  const { applicationId } = await apply(ctx);
  await setRole(operator(), { userId, role: "anchor", reason: "known", actorId: randomUUID() });
  expect(await getMyApplication(ctx)).toMatchObject({ applicationId, status: "approved", reason: "known" });
  // The session may be older than the role.
  await expect(apply(ctx)).rejects.toMatchObject({ bizName: "FORBIDDEN" });
  await expect(apply(callBy(harness.resources, userId, "anchor"))).rejects.toMatchObject({
    bizName: "FORBIDDEN",
  });
});

it("operators see who waits, longest first, page by page", async () => {
  const made: string[] = [];
  for (let i = 0; i < 3; i++) made.push((await apply(await newViewer())).applicationId);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listAnchorApplications(operator(), { status: "open", limit: 1, cursor });
    seen.push(...page.items.map(({ applicationId }) => applicationId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen.filter((id) => made.includes(id))).toEqual(made);
  expect(new Set(seen).size).toBe(seen.length);
});
