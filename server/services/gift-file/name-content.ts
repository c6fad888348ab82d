/** What the first bytes of something say that it is, in words that engineers know; null for what nobody knows. */
export function nameContent(bytes: Buffer): string | null {
  const starts = (text: string, at = 0) =>
    bytes.subarray(at, at + text.length).equals(Buffer.from(text, "latin1"));
  if (starts("\x89PNG\r\n\x1a\n")) return "png";
  if (starts("\xff\xd8\xff")) return "jpeg";
  if (starts("GIF8")) return "gif";
  if (starts("RIFF") && starts("WEBP", 8)) return "webp";
  if (starts("RIFF") && starts("WAVE", 8)) return "wav";
  if (starts("ID3")) return "mp3";
  if (starts("OggS")) return "ogg";
  if (starts("ftypM4A", 4)) return "m4a";
  if (starts("ftyp", 4)) return "mp4";
  if (starts("PK\x03\x04") || starts("PK\x05\x06")) return "zip";
  if (starts("\x1f\x8b")) return "gzip";
  if (starts("%PDF")) return "pdf";
  const text = bytes.subarray(0, 200).toString("utf8").trimStart().toLowerCase();
  if (text.startsWith("<svg")) return "svg";
  if (text.startsWith("<!doctype html") || text.startsWith("<html")) return "html";
  if (text.startsWith("{") || text.startsWith("[")) return "json";
  // A frame of MPEG audio without a tag before it: eleven bits, then a layer that exists (`00` is AAC's).
  const [first = 0, second = 0] = bytes;
  if (first === 0xff && (second & 0xe0) === 0xe0) return (second & 0x06) === 0 ? "aac" : "mp3";
  return null;
}

const SOUNDS: ReadonlySet<string | null> = new Set(["mp3", "aac", "wav", "ogg", "m4a"]);
export const isSound = (bytes: Buffer) => SOUNDS.has(nameContent(bytes));
