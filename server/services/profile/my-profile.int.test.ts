import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PersonFacts } from "@/domain/contracts/person-facts";
import { callBy, type MoneyHarness, openAnchor, startMoneyHarness } from "@/server/testing/money-harness";
import { getMyProfile, updateMyProfile } from "./my-profile";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const newPerson = () => callBy(harness.resources, randomUUID());
const rowsOf = (userId: string) => harness.resources.live.sql<{ gender: string; valid_from: Date }[]>`
  SELECT gender, valid_from FROM person_facts WHERE user_id = ${userId} ORDER BY valid_from`;

it("nobody has to say anything about themselves", async () => {
  expect(await getMyProfile(newPerson())).toMatchObject({ gender: "unsaid", birthYear: null, region: null });
});

it("what is said holds from then on, what is left out stays, and what is taken back is gone", async () => {
  const ctx = newPerson();
  await updateMyProfile(ctx, { gender: "female", birthYear: 1990 });
  await updateMyProfile(ctx, { region: "CN-GD" });
  expect(await updateMyProfile(ctx, { birthYear: null })).toMatchObject({
    gender: "female",
    birthYear: null,
    region: "CN-GD",
  });
  // The same again is nothing new.
  await updateMyProfile(ctx, { gender: "female" });
  expect(await rowsOf(ctx.session.userId)).toHaveLength(3);
});

it("changes at once leave one after the other, and none is lost", async () => {
  const ctx = newPerson();
  const changes: Partial<PersonFacts>[] = [{ gender: "other" }, { birthYear: 1980 }, { region: "SG" }];
  await Promise.all(changes.map((change) => updateMyProfile(ctx, change)));
  expect(await getMyProfile(ctx)).toMatchObject({ gender: "other", birthYear: 1980, region: "SG" });
  const times = (await rowsOf(ctx.session.userId)).map((row) => Number(row.valid_from));
  expect(times).toHaveLength(3);
});

it("a year that is still to come is refused, and so is whoever plays with it", async () => {
  const ctx = newPerson();
  await expect(updateMyProfile(ctx, { birthYear: new Date().getUTCFullYear() + 1 })).rejects.toMatchObject({
    details: { field: "birthYear" },
  });
  const many = Array.from({ length: 15 }, (_, i) => updateMyProfile(ctx, { birthYear: 1950 + i }));
  const outcomes = await Promise.allSettled(many);
  expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThan(0);
});

it("what was said before is never changed or removed", async () => {
  const ctx = newPerson();
  await updateMyProfile(ctx, { gender: "male" });
  const { sql } = harness.resources.live;
  await expect(sql`UPDATE person_facts SET gender = 'female'`).rejects.toThrow(/permission denied/);
  await expect(sql`DELETE FROM person_facts`).rejects.toThrow(/permission denied/);
});

it("a new nickname is what others read, and what is left out stays", async () => {
  const { resources } = harness;
  const userId = await openAnchor(resources);
  const ctx = callBy(resources, userId);
  expect(await updateMyProfile(ctx, { nickname: "Rainy Day" })).toMatchObject({
    nickname: "Rainy Day",
    givesAnonymously: false,
  });
  await updateMyProfile(ctx, { givesAnonymously: true });
  const [row] = await resources.live.sql`SELECT name, gives_anonymously FROM users WHERE id = ${userId}`;
  expect(row).toEqual({ name: "Rainy Day", gives_anonymously: true });
  expect(await getMyProfile(ctx)).toMatchObject({ plainLobby: false });
  expect(await updateMyProfile(ctx, { plainLobby: true })).toMatchObject({ plainLobby: true });
  expect(await updateMyProfile(ctx, { gender: "other" })).toMatchObject({ plainLobby: true });
});

it("nobody changes their name all the time, and keeping it counts for nothing", async () => {
  const ctx = callBy(harness.resources, await openAnchor(harness.resources));
  for (let i = 0; i < 6; i++) await updateMyProfile(ctx, { nickname: "viewer" });
  const names = Array.from({ length: 4 }, (_, i) => updateMyProfile(ctx, { nickname: `name ${i}` }));
  const refused = (await Promise.allSettled(names)).filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(1);
});

it("whoever is gone has no name to change", async () => {
  await expect(updateMyProfile(newPerson(), { nickname: "ghost" })).rejects.toMatchObject({
    bizName: "NOT_FOUND",
  });
});
