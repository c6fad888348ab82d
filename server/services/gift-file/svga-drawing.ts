import { isSound } from "./name-content";
import { readPictureSize } from "./picture-size";
import { type FieldBudget, protoFields, readName } from "./proto-fields";
import { refuse } from "./refuse-gift-file";
import { isWholePicture } from "./whole-picture";

/** What all pictures together hold once they are drawn: four bytes a point. */
const PICTURE_POINTS_MAX = 48_000_000;
/** What is said of a key to people. */
const NAME_LENGTH_MAX = 40;
/** A layer that cuts others out by a picture names it so. */
const MATTE = /\.matte$/;

interface Entry {
  key: string;
  content: Buffer;
}

/**
 * What a movie draws: its pictures, among which its sounds lie, and its layers. Throws `GiftFileRefused` where the player
 * would stumble over a picture or draw more than it can hold.
 */
export function readDrawing(movie: Buffer, budget: FieldBudget) {
  const entries: Entry[] = [];
  const layers: Buffer[] = [];
  const soundKeys = new Set<string>();
  for (const { id, wire, value } of protoFields(movie, budget)) {
    if (wire !== "bytes") continue;
    if (id === 3) entries.push(readEntry(value, budget));
    if (id === 4) layers.push(value);
    if (id === 5) soundKeys.add(readKey(value, budget));
  }
  // A sound is what is named as one, of whatever format, and what plainly is one though nobody names it.
  const pictures = entries.filter(({ key, content }) => !soundKeys.has(key) && !isSound(content));
  checkPictures(pictures);
  return {
    pictures: pictures.length,
    sounds: entries.length - pictures.length,
    ...readLayers(layers, new Set(pictures.map(({ key }) => key)), budget),
  };
}

function checkPictures(pictures: readonly Entry[]): void {
  let points = 0;
  const broken: string[] = [];
  for (const { key, content } of pictures) {
    const size = readPictureSize(content);
    if (!size || size.widthPx === 0 || size.heightPx === 0) return refuse("corrupt", nameOf(key));
    points += size.widthPx * size.heightPx;
    if (points > PICTURE_POINTS_MAX) refuse("tooMuchUnpacked", `${Math.round(points / 1_000_000)} MP`);
    if (!isWholePicture(content)) broken.push(key);
  }
  if (broken[0] !== undefined) refuse("corrupt", nameOf(broken[0]));
}

/** Frames are looked into until one is found in which something can be seen. */
function readLayers(layers: readonly Buffer[], pictureKeys: ReadonlySet<string>, budget: FieldBudget) {
  let framesOfLayerMin = Number.POSITIVE_INFINITY;
  let isSeen = false;
  for (const layer of layers) {
    let [hasPicture, frames] = [false, 0];
    for (const field of protoFields(layer, budget)) {
      if (field.wire !== "bytes") continue;
      if (field.id === 1) hasPicture = pictureKeys.has(textOf(field.value).replace(MATTE, ""));
      if (field.id !== 2) continue;
      frames += 1;
      isSeen ||= isFrameSeen(field.value, hasPicture, budget);
    }
    framesOfLayerMin = Math.min(framesOfLayerMin, frames);
  }
  return { layers: layers.length, framesOfLayerMin, isSeen };
}

function isFrameSeen(frame: Buffer, hasPicture: boolean, budget: FieldBudget): boolean {
  let [alpha, hasShape] = [0, false];
  for (const { id, wire, value } of protoFields(frame, budget)) {
    if (id === 1 && wire === "fixed32") alpha = value;
    if (id === 5 && wire === "bytes") hasShape = true;
  }
  return alpha > 0 && (hasPicture || hasShape);
}

const textOf = (bytes: Buffer) => bytes.toString("utf8");
const nameOf = (key: string) => readName(Buffer.from(key), NAME_LENGTH_MAX);

/** An entry of the map of pictures. */
function readEntry(entry: Buffer, budget: FieldBudget): Entry {
  let key = "";
  let content: Buffer = Buffer.alloc(0);
  for (const { id, wire, value } of protoFields(entry, budget)) {
    if (wire !== "bytes") continue;
    if (id === 1) key = textOf(value);
    if (id === 2) content = value;
  }
  return { key, content };
}

function readKey(sound: Buffer, budget: FieldBudget): string {
  for (const { id, wire, value } of protoFields(sound, budget)) {
    if (id === 1 && wire === "bytes") return textOf(value);
  }
  return "";
}
