import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CategoryItem } from "@/domain/contracts/category";
import { callBy, type MoneyHarness, openAnchor, startMoneyHarness } from "@/server/testing/money-harness";
import { closeRoom } from "../room/close-room";
import { editRoom } from "../room/edit-room";
import { getRoom } from "../room/get-room";
import { listRooms } from "../room/list-rooms";
import { openRoom } from "../room/open-room";
import { changeCategory, createCategory, listAllCategories } from "./edit-categories";
import { listCategories } from "./list-categories";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
  Object.assign(harness.resources.env, { RATE_LIMIT_ROOM_OPEN: "1000/1" });
});
afterAll(() => harness?.close());

const operator = () => callBy(harness.resources, randomUUID(), "operator");
const newId = () => `c-${randomUUID().slice(0, 8)}`;

async function create(facts: { en: string; zh: string; sortOrder?: number }): Promise<string> {
  const categoryId = newId();
  const { en: nameEn, zh: nameZh, sortOrder = 100 } = facts;
  await createCategory(operator(), { categoryId, nameEn, nameZh, sortOrder, reason: "asked for" });
  return categoryId;
}

async function anchor() {
  return callBy(harness.resources, await openAnchor(harness.resources), "anchor");
}
async function open(ctx: Awaited<ReturnType<typeof anchor>>, category: string) {
  const { roomId } = await openRoom(ctx, { title: "T", category, tags: [] });
  return await getRoom(ctx, { roomId });
}
const item = async (categoryId: string): Promise<CategoryItem | undefined> =>
  (await listAllCategories(operator())).items.find((one) => one.categoryId === categoryId);
const offered = async () =>
  (await listCategories(harness.resources)).items.map(({ categoryId }) => categoryId);

it("is one list in the order of operators, with names in both languages", async () => {
  const [late, early] = [
    await create({ en: "Late", zh: "后", sortOrder: 1 }),
    await create({ en: "Early", zh: "先", sortOrder: 0 }),
  ];
  expect((await offered()).slice(0, 3)).toEqual([early, late, "music"]);
  expect((await listCategories(harness.resources)).items[0]).toEqual({
    categoryId: early,
    name: { en: "Early", zh: "先" },
  });
});

it("is chosen by its id or a name in either language, and is other where it is none of them", async () => {
  const id = await create({ en: `Knitting ${newId()}`, zh: `编织 ${newId()}` });
  const { name } = (await item(id)) as CategoryItem;
  for (const word of [id, name.en, name.en.toUpperCase(), name.zh]) {
    expect(await open(await anchor(), word)).toMatchObject({ category: id, categoryName: name });
  }
  expect((await item(id))?.rooms).toBe(4);
  for (const [word, category] of [
    ["游戏", "games"],
    ["gaming", "games"],
    ["Underwater chess", "other"],
  ] as const) {
    expect((await open(await anchor(), word)).category).toBe(category);
  }
});

it("finds the live rooms that have it, and no others", async () => {
  const id = await create({ en: "Only one", zh: "只有一个" });
  const { roomId } = await open(await anchor(), id);
  const { items } = await listRooms(operator(), { category: id, limit: 50, sort: "viewers" });
  expect(items.map((room) => room.roomId)).toEqual([roomId]);
  expect(items[0]?.categoryName).toEqual({ en: "Only one", zh: "只有一个" });
  expect((await listRooms(operator(), { category: newId(), limit: 50, sort: "newest" })).items).toEqual([]);
});

it("stays with its rooms when it is retired, can be kept by them, and chosen by nobody else", async () => {
  const id = await create({ en: "Old times", zh: "旧时光" });
  const mine = await anchor();
  const { roomId } = await open(mine, id);
  await changeCategory(operator(), { categoryId: id, enabled: false, reason: "nobody watches" });
  expect(await offered()).not.toContain(id);
  expect(await getRoom(mine, { roomId })).toMatchObject({ category: id, categoryName: { en: "Old times" } });
  expect((await open(await anchor(), id)).category).toBe("other");
  await closeRoom(mine, { roomId });
  expect((await open(mine, id)).category).toBe(id);
  await editRoom(operator(), { roomId, category: id, title: "Kept", reason: "spelling" });
  expect((await getRoom(mine, { roomId })).category).toBe(id);
  await editRoom(operator(), { roomId, category: "food", reason: "it is about food" });
  expect((await getRoom(mine, { roomId })).category).toBe("food");
  await changeCategory(operator(), {
    categoryId: id,
    enabled: true,
    nameEn: "Good old times",
    reason: "asked for",
  });
  expect(await item(id)).toMatchObject({
    enabled: true,
    rooms: 0,
    name: { en: "Good old times", zh: "旧时光" },
  });
});

it("is changed by operators with a reason, which is kept", async () => {
  const id = await create({ en: "A", zh: "甲" });
  await changeCategory(operator(), { categoryId: id, sortOrder: 7, reason: "to the front" });
  await changeCategory(operator(), { categoryId: id, enabled: false, reason: "empty" });
  const rows = await harness.resources.live.sql`
    SELECT action, reason FROM operator_actions WHERE subject = ${`category:${id}`} ORDER BY id`;
  expect(rows).toEqual([
    { action: "category.create", reason: "asked for" },
    { action: "category.update", reason: "to the front" },
    { action: "category.retire", reason: "empty" },
  ]);
  const taken = { categoryId: id, nameEn: "B", nameZh: "乙", sortOrder: 1, reason: "r" };
  await expect(createCategory(operator(), taken)).rejects.toMatchObject({ details: { field: "categoryId" } });
  await expect(changeCategory(operator(), { categoryId: newId(), reason: "r" })).rejects.toMatchObject({
    bizName: "NOT_FOUND",
  });
  await expect(
    changeCategory(operator(), { categoryId: "other", enabled: false, reason: "r" }),
  ).rejects.toMatchObject({ details: { field: "enabled" } });
});
