import { crc32, deflateSync } from "node:zlib";

/** A red picture of 2 × 2 points. */
export const RED_PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==",
  "base64",
);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}
const bytes = (field: number, data: Buffer | string) => {
  const content = Buffer.from(data as string);
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
};
const int = (field: number, value: number) => Buffer.concat([varint(field << 3), varint(value)]);
const float = (field: number, value: number) => {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), content]);
};

/** A tenth of a second of silence: four frames of MPEG-1 layer III at 128 kbit/s, behind an empty tag. */
export function makeSilence(): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  return Buffer.concat([
    Buffer.from("ID3\x03\x00\x00\x00\x00\x00\x00", "latin1"),
    frame,
    frame,
    frame,
    frame,
  ]);
}

export interface SvgaParts {
  side?: number;
  framesPerSecond?: number;
  frames?: number;
  /** Of the one layer; as many as `frames` when it is left out. */
  framesOfLayer?: number;
  layers?: number;
  images?: Record<string, Buffer>;
  /** Names a sound among the images, from the first frame on. */
  soundKey?: string;
  /** What the layers show; the picture `red` when it is left out. */
  layerKey?: string;
  /** How much of the layers is seen, from 0 to 1. */
  alpha?: number;
  /** A square drawn by the file itself, without any picture. */
  hasShape?: boolean;
}

/** The message `com.opensource.svga.MovieEntity` of a picture that stands still: `images.red` unless told otherwise. */
export function makeMovie(parts: SvgaParts = {}): Buffer {
  const { side = 64, framesPerSecond = 20, frames = 40, layers = 1, soundKey } = parts;
  const {
    framesOfLayer = frames,
    images = { red: RED_PNG },
    layerKey = "red",
    alpha = 1,
    hasShape = false,
  } = parts;
  const layout = Buffer.concat([float(3, side), float(4, side)]);
  const transform = Buffer.concat([float(1, side / 2), float(4, side / 2)]);
  const shape = bytes(3, Buffer.concat([float(3, side / 2), float(4, side / 2)]));
  const frame = Buffer.concat([
    float(1, alpha),
    bytes(2, layout),
    bytes(3, transform),
    ...(hasShape ? [bytes(5, Buffer.concat([int(1, 1), shape]))] : []),
  ]);
  const layer = Buffer.concat([
    bytes(1, layerKey),
    ...Array.from({ length: framesOfLayer }, () => bytes(2, frame)),
  ]);
  const params = Buffer.concat([float(1, side), float(2, side), int(3, framesPerSecond), int(4, frames)]);
  const sound = soundKey && Buffer.concat([bytes(1, soundKey), int(3, frames), int(5, 100)]);
  return Buffer.concat([
    bytes(1, "2.0.0"),
    bytes(2, params),
    ...Object.entries(images).map(([key, image]) =>
      bytes(3, Buffer.concat([bytes(1, key), bytes(2, image)])),
    ),
    ...Array.from({ length: layers }, () => bytes(4, layer)),
    ...(sound ? [bytes(5, sound)] : []),
  ]);
}

/** An SVGA file of version 2: zlib over the message. */
export const makeSvga = (parts: SvgaParts = {}) => deflateSync(makeMovie(parts));

/** The same with a sound, as studios export it: the MP3 lies among the pictures. */
export const makeSvgaWithSound = (parts: SvgaParts = {}) =>
  makeSvga({ ...parts, images: { red: RED_PNG, sound: makeSilence() }, soundKey: "sound" });

/** An SVGA file of version 1: a zip archive with `movie.spec` and its pictures. */
export function makeOldSvga(): Buffer {
  const spec = {
    ver: "1.1.0",
    movie: { viewBox: { width: 64, height: 64 }, fps: 20, frames: 1 },
    images: { red: "red" },
    sprites: [
      {
        imageKey: "red",
        frames: [
          {
            alpha: 1,
            layout: { x: 0, y: 0, width: 64, height: 64 },
            transform: { a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0 },
          },
        ],
      },
    ],
  };
  return makeZip({ "movie.spec": Buffer.from(JSON.stringify(spec)), "red.png": RED_PNG });
}

/** A zip archive whose files are stored as they are (APPNOTE.TXT 4.3). */
export function makeZip(files: Record<string, Buffer>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(content.length, 14);
    facts.writeUInt32LE(content.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, Buffer.from(name), content]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), facts, place, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(centrals.length, 4);
  end.writeUInt16LE(centrals.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from("PK\x05\x06"), end]);
}

/** A picture that claims a size in its header and holds nothing of it. */
export function makeHugePng(side: number): Buffer {
  const png = Buffer.from(RED_PNG);
  png.writeUInt32BE(side, 16);
  png.writeUInt32BE(side, 20);
  return png;
}
