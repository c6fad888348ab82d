import { nameContent } from "./name-content";

interface PictureSize {
  widthPx: number;
  heightPx: number;
}

/** How large a picture says it is, before anybody unpacks it; null when it is none, or broken off before it says so. */
export function readPictureSize(bytes: Buffer): PictureSize | null {
  try {
    switch (nameContent(bytes)) {
      case "png":
        return { widthPx: bytes.readUInt32BE(16), heightPx: bytes.readUInt32BE(20) };
      case "gif":
        return { widthPx: bytes.readUInt16LE(6), heightPx: bytes.readUInt16LE(8) };
      case "jpeg":
        return readJpeg(bytes);
      case "webp":
        return readWebp(bytes);
      default:
        return null;
    }
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The frame header (any of SOF0 to SOF15 but DHT, JPG and DAC) after the segments before it. */
function readJpeg(bytes: Buffer): PictureSize | null {
  for (let at = 2; at < bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes.readUInt8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { heightPx: bytes.readUInt16BE(at + 5), widthPx: bytes.readUInt16BE(at + 7) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(bytes: Buffer): PictureSize | null {
  switch (bytes.subarray(12, 16).toString("latin1")) {
    case "VP8X":
      return { widthPx: bytes.readUIntLE(24, 3) + 1, heightPx: bytes.readUIntLE(27, 3) + 1 };
    case "VP8L": {
      const bits = bytes.readUInt32LE(21);
      return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8 ":
      return { widthPx: bytes.readUInt16LE(26) & 0x3fff, heightPx: bytes.readUInt16LE(28) & 0x3fff };
    default:
      return null;
  }
}
