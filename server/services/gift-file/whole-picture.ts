import { crc32 } from "node:zlib";
import { nameContent } from "./name-content";

/** Whether a picture goes on to its end, as far as that can be seen without unpacking it. */
export function isWholePicture(bytes: Buffer): boolean {
  switch (nameContent(bytes)) {
    case "png":
      return isWholePng(bytes);
    case "jpeg":
      return bytes.lastIndexOf("\xff\xd9", undefined, "latin1") > 2;
    case "gif":
      return bytes.lastIndexOf(";") > 12;
    case "webp":
      return bytes.length >= 8 && bytes.readUInt32LE(4) + 8 <= bytes.length;
    default:
      return false;
  }
}

/** Chunks up to IEND (https://www.w3.org/TR/png-3/#5Chunk-layout); each that a decoder needs has to be as it was written. */
function isWholePng(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return false;
    const type = bytes.toString("latin1", at + 4, at + 8);
    const isNeeded = (bytes.readUInt8(at + 4) & 0x20) === 0;
    if (isNeeded && crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return false;
    if (type === "IEND") return true;
    at = end;
  }
  return false;
}
