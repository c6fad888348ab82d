import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  makeHugePng,
  makeMovie,
  makeOldSvga,
  makeSilence,
  makeSvga,
  makeSvgaWithSound,
  makeZip,
  RED_PNG,
} from "@/server/testing/svga-files";
import { readPictureSize } from "./picture-size";
import { GIFT_FILE_BYTES_MAX, readSvga } from "./read-svga";
import { GiftFileRefused } from "./refuse-gift-file";

describe("a file that plays", () => {
  it("says what it holds", async () => {
    const file = makeSvga({ side: 128 });
    expect(await readSvga(file)).toEqual({
      sizeBytes: file.length,
      unpackedBytes: makeMovie({ side: 128 }).length,
      version: "2.0.0",
      widthPx: 128,
      heightPx: 128,
      framesPerSecond: 20,
      frames: 40,
      durationMs: 2_000,
      pictures: 1,
      layers: 1,
      sounds: 0,
      isCut: false,
    });
  });

  it("says that it has sound", async () => {
    expect(await readSvga(makeSvgaWithSound())).toMatchObject({ pictures: 1, sounds: 1 });
  });

  it.each([
    ["MP3 without a tag", makeSilence().subarray(10)],
    ["AAC", Buffer.from([0xff, 0xf1, 0x50, 0x80, 0, 0, 0])],
    ["WAV", Buffer.from("RIFF\x24\x00\x00\x00WAVEfmt ", "latin1")],
    ["Ogg", Buffer.from("OggS\x00\x02", "latin1")],
  ])("may have %s among its pictures", async (_, sound) => {
    expect(await readSvga(makeSvga({ images: { red: RED_PNG, sound } }))).toMatchObject({ sounds: 1 });
  });

  it.each([
    ["FLAC", Buffer.from("fLaC\0\0\0\x22", "latin1")],
    ["AMR", Buffer.from("#!AMR\n\x04", "latin1")],
    ["AIFF", Buffer.from("FORM\0\0\0\x2eAIFFCOMM", "latin1")],
    ["an M4A that calls itself a film", Buffer.from("\0\0\0\x18ftypisom\0\0\x02\0isomiso2", "latin1")],
    ["an MP3 behind some silence", Buffer.concat([Buffer.alloc(64), makeSilence()])],
  ])("may have %s, which it names as its sound", async (_, sound) => {
    const file = makeSvga({ images: { 图: RED_PNG, 声: sound }, layerKey: "图", soundKey: "声" });
    expect(await readSvga(file)).toMatchObject({ pictures: 1, sounds: 1 });
  });

  it.each([
    ["a shape and no picture", { images: {}, hasShape: true }],
    ["a picture that cuts another out", { layerKey: "red.matte" }],
    ["nearly nothing", { alpha: 0.01 }],
  ])("may show %s", async (_, parts) => {
    expect(await readSvga(makeSvga(parts))).toMatchObject({ layers: 1 });
  });

  it("says that the room cuts it off", async () => {
    expect(await readSvga(makeSvga({ frames: 200 }))).toMatchObject({ durationMs: 10_000, isCut: true });
  });
});

/** Of 100 × 200 points; nothing in it can be seen. */
const WEBP = Buffer.from("RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x63\0\0\xc7\0\0", "latin1");
function flippedPng(): Buffer {
  const png = Buffer.from(RED_PNG);
  png.writeUInt8(png.readUInt8(50) ^ 1, 50);
  return png;
}

const bomb = deflateSync(Buffer.alloc(200 * 1024 * 1024));

describe("a file that does not play is refused with its reason", () => {
  it.each([
    ["oldFormat", "version 1", makeOldSvga()],
    ["oldFormat", "version 1.5", makeZip({ "movie.binary": Buffer.from("x") })],
    ["oldFormat", "a zip that says it unpacks to terabytes", claimHuge(makeOldSvga())],
    ["wrongType", "another zip", makeZip({ "word/document.xml": Buffer.from("<x/>") })],
    ["wrongType", "a picture", RED_PNG],
    ["wrongType", "a page", Buffer.from("  <!DOCTYPE html><title>404</title>")],
    ["wrongType", "a Lottie file", Buffer.from('{"v":"5.7.4","layers":[]}')],
    ["wrongType", "a gzip", gzipSync(makeMovie())],
    ["wrongType", "a sound", makeSilence()],
    ["wrongType", "text", Buffer.from("hello there")],
    ["corrupt", "nothing", Buffer.alloc(0)],
    ["corrupt", "a file that breaks off", makeSvga().subarray(0, 60)],
    ["corrupt", "a file with a wrong byte", flipped(makeSvga())],
    ["corrupt", "zlib of something else", deflateSync(Buffer.from("hello there, what are you looking for?"))],
    ["corrupt", "a picture that is none", makeSvga({ images: { red: Buffer.from("red.png") } })],
    ["corrupt", "a picture that breaks off", makeSvga({ images: { red: RED_PNG.subarray(0, 18) } })],
    [
      "corrupt",
      "a picture that breaks off after its size",
      makeSvga({ images: { red: RED_PNG.subarray(0, 60) } }),
    ],
    ["corrupt", "a picture without its end", makeSvga({ images: { red: RED_PNG.subarray(0, -12) } })],
    ["corrupt", "a picture with a wrong byte", makeSvga({ images: { red: flippedPng() } })],
    [
      "corrupt",
      "a JPEG that breaks off",
      makeSvga({
        images: {
          red: Buffer.from([
            0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 9, 0, 11, 1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1,
          ]),
        },
      }),
    ],
    ["corrupt", "a WebP that breaks off", makeSvga({ images: { red: WEBP.subarray(0, -4) } })],
    ["wrongType", "a WebP that moves", WEBP],
    ["wrongType", "a film", Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1")],
    ["corrupt", "a layer with too few frames", makeSvga({ framesOfLayer: 3 })],
    ["corrupt", "no size", makeSvga({ side: 0 })],
    ["corrupt", "a size that is no number", makeSvga({ side: Number.NaN })],
    ["corrupt", "no speed", makeSvga({ framesPerSecond: 0 })],
    ["empty", "no frames", makeSvga({ frames: 0 })],
    ["empty", "layers that are not seen", makeSvga({ alpha: 0 })],
    ["empty", "layers of a picture that is not there", makeSvga({ layerKey: "blue" })],
    ["empty", "layers without pictures and shapes", makeSvga({ images: {} })],
    ["empty", "a shape that is not seen", makeSvga({ images: {}, hasShape: true, alpha: 0 })],
    ["corrupt", "the name of a picture in its place", makeSvga({ images: { red: Buffer.from("red") } })],
    ["empty", "no layers", makeSvga({ layers: 0 })],
    ["empty", "only a sound", makeSvga({ layers: 0, images: { sound: makeSilence() }, soundKey: "sound" })],
    ["tooLarge", "more than may be sent", Buffer.concat([makeSvga(), Buffer.alloc(GIFT_FILE_BYTES_MAX)])],
    ["tooMuchUnpacked", "a bomb", bomb],
    ["tooMuchUnpacked", "a picture that is a bomb", makeSvga({ images: { red: makeHugePng(30_000) } })],
    [
      "tooMuchUnpacked",
      "pictures that are one together",
      makeSvga({
        images: Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`p${n}`, makeHugePng(2_600)])),
      }),
    ],
    ["tooMuchUnpacked", "thousands of layers", makeSvga({ layers: 3_000, frames: 1 })],
    ["tooMuchUnpacked", "millions of tiny fields", deflateSync(Buffer.alloc(4_000_000, "\x08\x01"))],
    ["tooLong", "an hour", makeSvga({ frames: 72, framesPerSecond: 1 })],
  ])("%s: %s", async (reason, _, file) => {
    await expect(readSvga(file)).rejects.toMatchObject({ reason });
  });

  it("and never any other way, whatever bytes it is made of", async () => {
    const movie = makeMovie({ frames: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc
            .tuple(fc.nat(movie.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }))
            .map(([at, patch]) => {
              const broken = Buffer.from(movie);
              broken.set(patch.subarray(0, broken.length - at), at);
              return new Uint8Array(broken);
            }),
        ),
        async (bytes) => {
          try {
            expect((await readSvga(deflateSync(bytes))).frames).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(GiftFileRefused);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the size of a picture", () => {
  it.each([
    ["PNG", RED_PNG, 2, 2],
    ["GIF", Buffer.from("GIF89a\x05\x00\x07\x00", "latin1"), 5, 7],
    ["JPEG", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 17, 8, 0, 9, 0, 11, 3]), 11, 9],
    [
      "WebP, extended",
      Buffer.from("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x63\0\0\xc7\0\0", "latin1"),
      100,
      200,
    ],
    [
      "WebP, lossy",
      Buffer.from("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x20\0\x10\0", "latin1"),
      32,
      16,
    ],
    ["WebP, lossless", Buffer.from("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x1f\xc0\x03\0", "latin1"), 32, 16],
  ])("is read from the head of a %s", (_, bytes, widthPx, heightPx) => {
    expect(readPictureSize(bytes)).toEqual({ widthPx, heightPx });
  });

  it.each([
    ["a PNG that breaks off", RED_PNG.subarray(0, 20)],
    ["a JPEG without a frame", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff])],
    ["no picture", Buffer.from("hello")],
  ])("is nothing of %s", (_, bytes) => {
    expect(readPictureSize(bytes)).toBeNull();
  });
});

function flipped(file: Buffer): Buffer {
  const broken = Buffer.from(file);
  broken[20] = (broken[20] ?? 0) ^ 0xff;
  return broken;
}

function claimHuge(zip: Buffer): Buffer {
  const bombed = Buffer.from(zip);
  bombed.writeUInt32LE(0xffff_fffe, 22);
  return bombed;
}
