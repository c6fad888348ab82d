import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findGift } from "@/db/live/queries/gift-catalogue";
import { Caches } from "@/platform/runtime/caches";
import { isPublicAddress } from "@/platform/security/public-address";
import type { Env } from "@/platform/settings/env";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { makeOldSvga, makeSvga, makeSvgaWithSound } from "@/server/testing/svga-files";
import { TEST_TLS } from "@/server/testing/test-tls";
import type { Internet } from "../gift-file/fetch-gift-file";
import { setMediaHostsPolicy } from "../media/media-hosts";
import { createGift, updateGift } from "./edit-catalogue";

let harness: MoneyHarness;
let server: Server;
let base = "";
let asked = 0;
let answer: (response: ServerResponse) => void;
const operatorId = randomUUID();

beforeAll(async () => {
  harness = await startMoneyHarness();
  server = createServer(TEST_TLS, (_, response) => {
    asked += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `https://files.example:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server?.close(resolve));
  await harness?.close();
});
beforeEach(() => {
  asked = 0;
  answer = serves(makeSvga());
});

const serves =
  (file: Buffer | string, type = "application/octet-stream") =>
  (response: ServerResponse) =>
    response.writeHead(200, { "access-control-allow-origin": "*", "content-type": type }).end(file);

/** An internet in which this machine's loopback is what is public. */
const internet = (changes: Partial<Internet> = {}): Internet => ({
  resolve: async (host) => [host === "half.example" ? "10.0.0.7" : "127.0.0.1"],
  isPublic: (address) => address === "127.0.0.1",
  ca: TEST_TLS.cert,
  ...changes,
});
/** In a process of its own, which knows nothing yet. */
const operator = (mode: Env["DOWNPOUR_MODE"] = "demo") => {
  const { env, live } = harness.resources;
  return callBy(
    { ...harness.resources, env: { ...env, DOWNPOUR_MODE: mode }, live: { ...live, caches: new Caches() } },
    operatorId,
    "operator",
  );
};
const gift = (svgaUrl: string | null) => ({
  giftId: `g-${randomUUID().slice(0, 8)}`,
  nameEn: "Red",
  nameZh: "红",
  priceCoins: 5,
  effect: "present",
  svgaUrl,
  sortOrder: 1,
});
const actionsOn = (giftId: string) => harness.resources.live.sql<{ after: { file?: unknown } }[]>`
  SELECT after FROM operator_actions WHERE subject = ${`gift:${giftId}`} ORDER BY id`;

const REFUSED: [string, string, (response: ServerResponse) => unknown][] = [
  ["oldFormat", "SVGA 1.x", serves(makeOldSvga())],
  ["corrupt", "a file that breaks off", serves(makeSvgaWithSound().subarray(0, 80))],
  ["wrongType", "a page", serves("<!doctype html><title>Sign in</title>", "text/html")],
  ["wrongType", "a page that says it is a file", serves("<!doctype html><title>Sign in</title>")],
  ["wrongType", "a film", serves(Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1"))],
  ["wrongType", "a WebP that moves", serves(Buffer.from("RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02", "latin1"))],
  ["tooLarge", "more than may be sent", serves(Buffer.alloc(9 * 1024 * 1024))],
  ["unreachable", "nothing that is there", (response) => response.writeHead(404).end()],
  ["notShared", "a file for its own site", (response) => response.writeHead(200).end(makeSvga())],
  [
    "privateAddress",
    "a redirect into a network",
    (response) => response.writeHead(302, { location: "https://half.example/red.svga" }).end(),
  ],
  [
    "unreachable",
    "an answer that breaks off",
    (response) => {
      response.writeHead(200, { "access-control-allow-origin": "*", "content-length": "1000" });
      response.write("half", () => response.destroy());
    },
  ],
];

describe.each<Env["DOWNPOUR_MODE"]>(["demo", "production"])("in %s", (mode) => {
  beforeAll(() =>
    setMediaHostsPolicy(operator(), {
      hosts: mode === "production" ? [new URL(base).host, "half.example"] : null,
      reason: "the studio's host",
    }),
  );
  afterAll(() => setMediaHostsPolicy(operator(), { hosts: null, reason: "as before" }));

  it.each(REFUSED)("is a gift refused for %s: %s", async (reason, _, answers) => {
    answer = answers;
    const refusal = { bizName: "GIFT_FILE_REFUSED", details: { field: "svgaUrl", reason } };
    const entered = gift(`${base}/red.svga`);
    await expect(createGift(operator(mode), entered, internet())).rejects.toMatchObject(refusal);
    expect(await findGift(harness.resources.live, entered.giftId)).toBeUndefined();

    const { giftId } = await createGift(operator(mode), gift(null));
    await expect(
      updateGift(operator(mode), { giftId, priceCoins: 9, svgaUrl: `${base}/red.svga` }, internet()),
    ).rejects.toMatchObject(refusal);
    expect(await findGift(harness.resources.live, giftId)).toMatchObject({ svgaUrl: null, priceCoins: 5 });
    expect(await actionsOn(giftId)).toHaveLength(1);
  });

  it.each([
    ["one with sound", makeSvgaWithSound()],
    ["one without", makeSvga()],
  ])("is a gift saved with %s, and the audit knows which file it was", async (_, file) => {
    answer = serves(file);
    const { giftId } = await createGift(operator(mode), gift(`${base}/red.svga`), internet());
    const [created] = await actionsOn(giftId);
    expect(created?.after.file).toEqual({
      sha256: expect.stringMatching(/^[\da-f]{64}$/),
      sizeBytes: file.length,
    });
  });
});

it("a name that leads into a network is refused, though another address of it is public", async () => {
  const resolve = async () => ["93.184.216.34", "192.168.1.5"];
  await expect(
    createGift(
      operator(),
      gift("https://files.example/red.svga"),
      internet({ resolve, isPublic: isPublicAddress }),
    ),
  ).rejects.toMatchObject({ bizName: "GIFT_FILE_REFUSED", details: { reason: "privateAddress" } });
  expect(asked).toBe(0);
});

it("what was checked before counts for nothing: the file is read in the call that saves it", async () => {
  const files = [makeSvga(), makeOldSvga()];
  answer = (response) => serves(files.shift() ?? "")(response);
  const { giftId } = await createGift(operator(), gift(`${base}/red.svga`), internet());
  await expect(createGift(operator(), gift(`${base}/red.svga`), internet())).rejects.toMatchObject({
    details: { reason: "oldFormat" },
  });
  expect(await findGift(harness.resources.live, giftId)).toMatchObject({ svgaUrl: `${base}/red.svga` });
});

it("a gift that keeps its file is changed though the file is gone and its host is no longer named", async () => {
  await setMediaHostsPolicy(operator(), { hosts: null, reason: "any" });
  const { giftId } = await createGift(operator(), gift(`${base}/red.svga`), internet());
  await setMediaHostsPolicy(operator(), { hosts: [], reason: "none" });
  asked = 0;
  answer = (response) => response.writeHead(404).end();
  await updateGift(
    operator("production"),
    { giftId, priceCoins: 9, svgaUrl: `${base}/red.svga`, enabled: false },
    internet(),
  );
  expect(asked).toBe(0);
  expect(await findGift(harness.resources.live, giftId)).toMatchObject({
    svgaUrl: `${base}/red.svga`,
    priceCoins: 9,
    enabled: false,
  });
  await updateGift(operator("production"), { giftId, svgaUrl: null });
  expect(await findGift(harness.resources.live, giftId)).toMatchObject({ svgaUrl: null });
  await setMediaHostsPolicy(operator(), { hosts: null, reason: "as before" });
});

it("a host that does not answer at all is let through where the product is tried out, and the audit says so", async () => {
  const nowhere = internet({ resolve: async () => Promise.reject(new Error("ENOTFOUND")) });
  const { giftId } = await createGift(operator(), gift("https://effects.example/red.svga"), nowhere);
  expect((await actionsOn(giftId))[0]?.after.file).toEqual({ notSeen: "unreachable" });

  await setMediaHostsPolicy(operator(), { hosts: ["effects.example"], reason: "theirs" });
  await expect(
    createGift(operator("production"), gift("https://effects.example/red.svga"), nowhere),
  ).rejects.toMatchObject({ bizName: "GIFT_FILE_REFUSED", details: { reason: "unreachable" } });
  await setMediaHostsPolicy(operator(), { hosts: null, reason: "as before" });
});
