import { randomBytes } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { PICTURE_BYTES_MAX } from "@/domain/contracts/picture";
import type { RoomDetail } from "@/domain/contracts/room";
import { demoId, seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "../../testing/web-harness";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
const ANCHOR = "+8613900000001";

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness(
    { ...databases, ...redis },
    { RATE_LIMIT_ANONYMOUS: "100000/10", RATE_LIMIT_USER: "100000/10" },
  );
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

async function personAt(phone: string): Promise<ApiClient> {
  const client = new ApiClient(web.url);
  await client.signInByPhone(phone);
  return client;
}
let next = 0;
/** Somebody who has not uploaded anything yet: uploads are few in a minute. */
const viewer = () => {
  next += 1;
  return personAt(`+86138000000${String(next).padStart(2, "0")}`);
};

interface Answer {
  status: number;
  url?: string;
  error?: { name: string; details: { reason?: string } };
}
async function upload(client: ApiClient, body: Buffer, kind = "avatar"): Promise<Answer> {
  const response = await client.fetch(`/api/picture/${kind}`, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: new Uint8Array(body),
  });
  return { status: response.status, ...((await response.json()) as object) };
}
const fetchMedia = (path: string) => fetch(new URL(path, web.url));

const drawn = (width = 800, height = 600) =>
  sharp({ create: { width, height, channels: 3, background: "#c33" } });
/** Of a colour that nobody else has: the same picture has the same address. */
const solid = (background: string) =>
  sharp({ create: { width: 90, height: 40, channels: 3, background } })
    .png()
    .toBuffer();
const SCRIPT = "<script>alert(document.domain)</script>";

/** A PNG whose head says a size, and whose data is that of nothing. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.alloc(1_000_000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("an avatar", () => {
  it.each(["jpeg", "png", "webp"] as const)(
    "of %s is drawn anew: a square of ours, without what the file said besides",
    async (format) => {
      const client = await viewer();
      const secret = `taken at ${randomBytes(8).toString("hex")}`;
      const file = await drawn()
        .withExif({ IFD0: { Copyright: secret, ImageDescription: SCRIPT } })
        .toFormat(format)
        .toBuffer();
      expect(file.includes(secret)).toBe(true);
      // What stands behind the picture's end belongs to another kind of file.
      const { status, url = "" } = await upload(client, Buffer.concat([file, Buffer.from(SCRIPT)]));
      expect(status).toBe(200);
      expect(url).toMatch(/^\/media\/[\da-f]{64}\.webp$/);
      const response = await fetchMedia(url);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.includes(secret) || bytes.includes("<script")).toBe(false);
      expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 256, height: 256 });
      expect((await sharp(bytes).metadata()).exif).toBeUndefined();
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": "image/webp",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "public, max-age=31536000, immutable",
      });
      const me = await client.query<{ avatarUrl: string | null }>("session.me");
      expect(me.data.avatarUrl).toBe(url);
      expect((await client.query<{ avatarUrl: string }>("me.profile")).data.avatarUrl).toBe(url);
    },
  );

  it("takes the place of the one before, and can be taken away", async () => {
    const client = await viewer();
    const first = await upload(client, await solid("#0a7"));
    const second = await upload(client, await solid("#39c"));
    expect(second.url).not.toBe(first.url);
    expect((await fetchMedia(second.url ?? "")).status).toBe(200);
    expect((await fetchMedia(first.url ?? "")).status).toBe(404);
    const { sql } = web.resources.live;
    const [kept] = await sql<{ pictures: number }[]>`
      SELECT count(*)::int AS pictures FROM pictures WHERE hash = ${second.url?.slice(7, 71) ?? ""}`;
    expect(kept?.pictures).toBe(1);
    expect((await client.mutate("me.removePicture", { kind: "avatar" })).status).toBe(200);
    expect((await client.query<{ avatarUrl: string | null }>("session.me")).data.avatarUrl).toBeNull();
  });

  it.each<[string, string, () => Promise<Buffer> | Buffer]>([
    ["nothing", "wrongType", () => Buffer.alloc(0)],
    ["a text", "wrongType", () => Buffer.from("GIF89a is not one")],
    ["a page with a script", "wrongType", () => Buffer.from(`<!doctype html>${SCRIPT}`)],
    [
      "an SVG with a script",
      "wrongType",
      () => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">${SCRIPT}</svg>`),
    ],
    ["a GIF", "wrongType", () => drawn().gif().toBuffer()],
    ["a TIFF", "wrongType", () => drawn().tiff().toBuffer()],
    ["an AVIF", "wrongType", () => drawn(64, 64).avif().toBuffer()],
    [
      "an SVG that begins like a JPEG",
      "corrupt",
      () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from(`<svg>${SCRIPT}</svg>`)]),
    ],
    ["a bomb of pixels", "tooManyPixels", () => pngOf(30_000, 30_000)],
    ["the widest head there is", "tooManyPixels", () => pngOf(2_000_000, 500)],
    ["a picture that is less than its head says", "corrupt", () => pngOf(4_000, 4_000)],
    ["half a picture", "corrupt", async () => (await drawn().jpeg().toBuffer()).subarray(0, 900)],
    ["a dot", "tooSmall", () => drawn(4, 4).png().toBuffer()],
  ])("is not made of %s (%s)", async (_name, reason, make) => {
    const client = await personAt(`+8613800000${String(100 + next++)}`);
    const answer = await upload(client, await make());
    expect(answer).toMatchObject({ status: 400, error: { name: "PICTURE_REFUSED", details: { reason } } });
    expect((await client.query<{ avatarUrl: string | null }>("session.me")).data.avatarUrl).toBeNull();
  });

  it("is not read further than it may be long, and only a few may be sent in a minute", async () => {
    const client = await viewer();
    const huge = await upload(client, randomBytes(PICTURE_BYTES_MAX + 1));
    expect(huge).toMatchObject({ error: { name: "BODY_TOO_LARGE" } });
    const many = [];
    for (let n = 0; n < 6; n += 1) many.push(await upload(client, Buffer.from("no")));
    expect(many.at(-1)).toMatchObject({ status: 429, error: { name: "RATE_LIMITED" } });
  });

  it("is for who has an account, from our own pages", async () => {
    const picture = await drawn(64, 64).png().toBuffer();
    expect((await upload(new ApiClient(web.url), picture)).error?.name).toBe("UNAUTHENTICATED");
    const guest = new ApiClient(web.url);
    await guest.signInAsGuest();
    expect((await upload(guest, picture)).error?.name).toBe("FORBIDDEN");
    const stranger = await (await viewer()).fetch("/api/picture/avatar", {
      method: "POST",
      headers: { origin: "https://evil.example" },
      body: new Uint8Array(picture),
    });
    expect(stranger.status).toBe(403);
  });

  it.each([
    "/media/",
    "/media/x.webp",
    `/media/${"a".repeat(64)}.webp`,
    `/media/${"a".repeat(64)}.svg`,
    "/media/..%2f..%2fetc%2fpasswd",
  ])("is not to be had at %s", async (path) => {
    expect((await fetchMedia(path)).status).toBe(404);
  });
});

it("a cover is the anchor's own room's, is seen with it, and goes with it", async () => {
  const [anchor, other] = [await personAt(ANCHOR), await viewer()];
  const roomId = demoId(`room:${ANCHOR}`);
  const picture = await drawn(1_920, 1_080).jpeg().toBuffer();
  expect((await upload(other, picture, "cover")).error?.name).toBe("FORBIDDEN");
  const { url = "" } = await upload(anchor, picture, "cover");
  const bytes = Buffer.from(await (await fetchMedia(url)).arrayBuffer());
  expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 960, height: 540 });
  expect((await other.query<RoomDetail>("room.get", { roomId })).data.coverUrl).toBe(url);
  await anchor.mutate("me.removePicture", { kind: "cover" });
  expect((await other.query<RoomDetail>("room.get", { roomId })).data.coverUrl).toBeNull();
});
