import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { replacePicture } from "@/db/live/queries/pictures";
import { callBy, type MoneyHarness, openAnchor, startMoneyHarness } from "@/server/testing/money-harness";
import { editRoom } from "./edit-room";
import { getRoom } from "./get-room";
import { listRooms } from "./list-rooms";
import { openRoom } from "./open-room";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const operator = () => callBy(harness.resources, randomUUID(), "operator");

it("an operator changes what a room is called, is about and looks like; what is left out stays", async () => {
  const { live } = harness.resources;
  const anchorId = await openAnchor(harness.resources);
  const ctx = callBy(harness.resources, anchorId, "anchor");
  const { roomId } = await openRoom(ctx, { title: "Rude words", category: "talk", tags: ["rude"] });
  const bytes = Buffer.from("picture");
  const url = "/media/x.webp";
  await replacePicture(live, {
    ownerId: anchorId,
    kind: "cover",
    hash: randomUUID(),
    bytes,
    url,
    now: new Date(),
  });

  const tag = `kind ${randomUUID().slice(0, 8)}`;
  const op = operator();
  await editRoom(op, { roomId, title: "A room", tags: [tag], reason: "house rules" });
  expect(await getRoom(op, { roomId })).toMatchObject({
    title: "A room",
    category: "talk",
    tags: [tag],
    coverUrl: url,
  });
  const found = await listRooms(op, { tag, limit: 5, sort: "viewers" });
  expect(found.items.map((room) => room.roomId)).toEqual([roomId]);
  await editRoom(op, { roomId, removeCover: true, reason: "not theirs" });
  expect(await getRoom(op, { roomId })).toMatchObject({ title: "A room", coverUrl: null });
  expect(await live.sql`SELECT 1 FROM pictures WHERE owner_id = ${anchorId}`).toHaveLength(0);
  const rows = await live.sql`
    SELECT reason, before->>'title' AS before, after->>'title' AS after FROM operator_actions
    WHERE subject = ${`room:${roomId}`} ORDER BY id`;
  expect(rows).toEqual([
    { reason: "house rules", before: "Rude words", after: "A room" },
    { reason: "not theirs", before: "A room", after: "A room" },
  ]);
});

it("there is nothing to change of a room that is not there", async () => {
  await expect(editRoom(operator(), { roomId: randomUUID(), title: "x", reason: "r" })).rejects.toMatchObject(
    {
      bizName: "NOT_FOUND",
    },
  );
});
