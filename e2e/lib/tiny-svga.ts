import { deflateSync } from "node:zlib";

/** A red picture of 2 × 2 points. */
const RED_PNG = Buffer.from(
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

/** An SVGA file (version 2: zlib over the protobuf of com.opensource.svga.MovieEntity): a red square for two seconds. */
export function makeRedSvga(side: number): Buffer {
  const frames = 40;
  const layout = Buffer.concat([float(3, side), float(4, side)]);
  const transform = Buffer.concat([float(1, side / 2), float(4, side / 2)]);
  const frame = Buffer.concat([float(1, 1), bytes(2, layout), bytes(3, transform)]);
  const sprite = Buffer.concat([bytes(1, "red"), ...Array.from({ length: frames }, () => bytes(2, frame))]);
  const params = Buffer.concat([float(1, side), float(2, side), int(3, 20), int(4, frames)]);
  const image = Buffer.concat([bytes(1, "red"), bytes(2, RED_PNG)]);
  return deflateSync(Buffer.concat([bytes(1, "2.0.0"), bytes(2, params), bytes(3, image), bytes(4, sprite)]));
}
