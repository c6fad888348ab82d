import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { insertSeedUsers } from "@/db/live/queries/seed";
import { setFourEyesPolicy } from "@/server/services/approval/four-eyes";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { DUAL_ACTIONS } from "../approval/actions";
import { performOrPropose } from "../approval/perform-or-propose";
import { createProduct, disableProduct, listAllProducts, updateProduct } from "./edit-products";
import { listProducts } from "./list-products";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const operator = () => callBy(harness.resources, randomUUID(), "operator");
const newId = () => `pack-${randomUUID().slice(0, 8)}`;
const offered = async (productId: string) =>
  (await listProducts(harness.resources)).find((product) => product.productId === productId);

async function newProduct() {
  const productId = newId();
  await createProduct(operator(), { productId, coins: 600, priceFen: 600, sortOrder: 50, reason: "spring" });
  return productId;
}

it("what is put on sale is offered at once, at its price, and goes again when it is taken off", async () => {
  await listProducts(harness.resources);
  const productId = await newProduct();
  expect(await offered(productId)).toEqual({ productId, coins: 600, priceFen: 600 });
  await updateProduct(operator(), { productId, priceFen: 500, reason: "cheaper" });
  expect(await offered(productId)).toMatchObject({ coins: 600, priceFen: 500 });
  await disableProduct(operator(), { productId, reason: "over" });
  expect(await offered(productId)).toBeUndefined();
  const all = await listAllProducts(operator());
  expect(all.find((product) => product.productId === productId)).toMatchObject({ enabled: false });
});

it("an id is given once, and nothing changes what is not there", async () => {
  const productId = await newProduct();
  await expect(
    createProduct(operator(), { productId, coins: 1, priceFen: 1, sortOrder: 1, reason: "r" }),
  ).rejects.toMatchObject({ details: { field: "productId" } });
  await expect(
    updateProduct(operator(), { productId: newId(), coins: 5, reason: "r" }),
  ).rejects.toMatchObject({
    bizName: "NOT_FOUND",
  });
});

it("each change leaves who, why, before and after", async () => {
  const productId = await newProduct();
  const ctx = operator();
  await updateProduct(ctx, { productId, coins: 700, reason: "more" });
  const rows = await harness.resources.live.sql`
    SELECT action, reason, before->>'coins' AS before, after->>'coins' AS after FROM operator_actions
    WHERE subject = ${`product:${productId}`} ORDER BY id`;
  expect(rows).toEqual([
    { action: "product.create", reason: "spring", before: null, after: "600" },
    { action: "product.update", reason: "more", before: "600", after: "700" },
  ]);
});

it("while four eyes are on, a price needs two and a place in the list one", async () => {
  const productId = await newProduct();
  const ctx = operator();
  await insertSeedUsers(
    harness.resources.live,
    [ctx.session.userId, randomUUID()].map((id) => ({
      id,
      name: "operator",
      email: `${id}@users.invalid`,
      phoneIndex: null,
      phoneCipher: null,
      role: "operator",
      gender: "unsaid",
    })),
  );
  await setFourEyesPolicy(ctx, { mode: "on", largePayoutFen: 1_000_000, reason: "r" });
  const update = DUAL_ACTIONS.updateProduct;
  await performOrPropose(ctx, update, { productId, sortOrder: 7, reason: "r" });
  await expect(
    performOrPropose(ctx, update, { productId, priceFen: 1, reason: "cheap" }),
  ).rejects.toMatchObject({ bizName: "SECOND_OPERATOR_NEEDED" });
  expect(await offered(productId)).toMatchObject({ priceFen: 600 });
  await setFourEyesPolicy(ctx, { mode: "off", largePayoutFen: 1_000_000, reason: "r" });
});
