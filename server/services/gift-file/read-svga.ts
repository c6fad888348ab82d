import { promisify } from "node:util";
import { inflate } from "node:zlib";
import type { GiftFileFacts } from "@/domain/contracts/gift-file";
import { nameContent } from "./name-content";
import { type FieldBudget, protoFields, readName } from "./proto-fields";
import { GiftFileRefused, refuse } from "./refuse-gift-file";
import { readDrawing } from "./svga-drawing";

const inflateAsync = promisify(inflate);

export const GIFT_FILE_BYTES_MAX = 8 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;
const SIDE_PX_MAX = 8_192;
const FRAMES_PER_SECOND_MAX = 120;
const LAYERS_MAX = 2_000;
/** Each takes a moment of the process that reads them. */
const FIELDS_MAX = 300_000;
const DURATION_MS_MAX = 60_000;
/** The room plays no effect for longer. */
const PLAYED_MS_MAX = 8_000;

/**
 * Reads an SVGA file of version 2: a zlib stream over the protobuf message `com.opensource.svga.MovieEntity`
 * (https://github.com/svga/SVGA-Format). Throws `GiftFileRefused` for everything that the room's player could not play.
 */
export async function readSvga(file: Buffer): Promise<GiftFileFacts> {
  if (file.length > GIFT_FILE_BYTES_MAX) refuse("tooLarge");
  if (file.length === 0) refuse("corrupt");
  const kind = nameContent(file);
  // The names of a zip's files stand in it as they are: nothing of it is unpacked.
  if (kind === "zip") {
    refuse(file.includes("movie.spec") || file.includes("movie.binary") ? "oldFormat" : "wrongType", kind);
  }
  if (kind) refuse("wrongType", kind);
  if (!isZlib(file)) refuse("wrongType");
  const message = await unpack(file);
  const movie = readMovie(message);
  const { widthPx, heightPx, framesPerSecond, frames } = movie;
  const isSide = (px: number) => px > 0 && px <= SIDE_PX_MAX;
  if (!isSide(widthPx) || !isSide(heightPx)) refuse("corrupt", `${widthPx} × ${heightPx} px`);
  if (framesPerSecond < 1 || framesPerSecond > FRAMES_PER_SECOND_MAX)
    refuse("corrupt", `${framesPerSecond} fps`);
  if (frames < 1) refuse("empty");
  const durationMs = Math.round((frames / framesPerSecond) * 1_000);
  if (durationMs > DURATION_MS_MAX) refuse("tooLong", `${Math.round(durationMs / 1_000)} s`);
  if (movie.layers === 0 || !movie.isSeen) refuse("empty");
  if (movie.layers > LAYERS_MAX) refuse("tooMuchUnpacked", `${movie.layers} layers`);
  if (movie.framesOfLayerMin < frames) refuse("corrupt", `${movie.framesOfLayerMin} of ${frames} frames`);
  return {
    sizeBytes: file.length,
    unpackedBytes: message.length,
    version: movie.version,
    widthPx,
    heightPx,
    framesPerSecond,
    frames,
    durationMs,
    pictures: movie.pictures,
    layers: movie.layers,
    sounds: movie.sounds,
    isCut: durationMs > PLAYED_MS_MAX,
  };
}

/** The two bytes before a stream (RFC 1950): deflate, and a check over both. */
const isZlib = (file: Buffer) =>
  file.length > 2 && (file.readUInt8(0) & 0x0f) === 8 && file.readUInt16BE(0) % 31 === 0;

async function unpack(file: Buffer): Promise<Buffer> {
  try {
    return await inflateAsync(file, { maxOutputLength: UNPACKED_BYTES_MAX });
  } catch (error) {
    const isTooMuch = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    throw new GiftFileRefused(isTooMuch ? "tooMuchUnpacked" : "corrupt");
  }
}

function readMovie(message: Buffer) {
  const movie = { version: "", widthPx: 0, heightPx: 0, framesPerSecond: 0, frames: 0 };
  const budget: FieldBudget = { fields: FIELDS_MAX };
  for (const { id, wire, value } of protoFields(message, budget)) {
    if (wire !== "bytes") continue;
    if (id === 1) movie.version = readName(value, 20);
    if (id === 2) Object.assign(movie, readParams(value, budget));
  }
  return { ...movie, ...readDrawing(message, budget) };
}

function readParams(message: Buffer, budget: FieldBudget) {
  const params = { widthPx: 0, heightPx: 0, framesPerSecond: 0, frames: 0 };
  for (const { id, wire, value } of protoFields(message, budget)) {
    if (wire === "fixed32" && id === 1) params.widthPx = value;
    if (wire === "fixed32" && id === 2) params.heightPx = value;
    if (wire === "varint" && id === 3) params.framesPerSecond = value;
    if (wire === "varint" && id === 4) params.frames = value;
  }
  return params;
}
