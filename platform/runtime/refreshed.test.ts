import { expect, it } from "vitest";
import { Refreshed } from "./refreshed";
import { within } from "./within";

const noError = (error: unknown) => {
  throw error;
};

it("who comes first waits, and everybody after has what is known", async () => {
  const value = new Refreshed<number>(3_600_000);
  let loads = 0;
  const load = async () => ++loads;
  expect(await Promise.all([value.read(load, noError), value.read(load, noError)])).toEqual([1, 1]);
  expect(value.peek(load, noError)).toBe(1);
  expect(loads).toBe(1);
});

it("an old value is given while it is read again", async () => {
  const value = new Refreshed<number>(-1);
  expect(await value.read(async () => 1, noError)).toBe(1);
  let isRead = () => {};
  const second = new Promise<void>((resolve) => {
    isRead = resolve;
  });
  const load = async () => {
    isRead();
    return 2;
  };
  expect(value.peek(load, noError)).toBe(1);
  await second;
  await new Promise((resolve) => setImmediate(resolve));
  expect(await value.read(load, noError)).toBe(2);
});

it("what cannot be read is told, and the last value stays", async () => {
  const value = new Refreshed<number>(-1);
  const errors: unknown[] = [];
  const fail = () => Promise.reject(new Error("away"));
  expect(await value.read(fail, (error) => errors.push(error))).toBeUndefined();
  expect(await value.read(async () => 1, noError)).toBe(1);
  expect(value.peek(fail, (error) => errors.push(error))).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(errors).toHaveLength(2);
});

it("nobody waits for longer than they want, and an error is theirs", async () => {
  expect(await within(1, new Promise<number>(() => {}))).toBeUndefined();
  expect(await within(3_600_000, Promise.resolve(1))).toBe(1);
  await expect(within(3_600_000, Promise.reject(new Error("away")))).rejects.toThrow("away");
});
