import type { Buffer } from "node:buffer";

/** Events as the push benches send them: JSON of EVENT_BYTES that says which of its channel it is and when it was due. */
const EVENT_BYTES = 200;
const SEQ_DIGITS = 10;
const AT_DIGITS = 16;
/** In a frame the data is a JSON string, so its quotes are escaped. */
const BEFORE_SEQ = 'seq\\":\\"';
const BEFORE_AT = '\\",\\"at\\":\\"';

/** Microseconds of a clock that all processes of the machine share. */
export function nowMicros(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1e6 + Math.floor(nanos / 1e3);
}

export function eventData(seq: number, atMicros: number): string {
  const facts = `{"seq":"${String(seq).padStart(SEQ_DIGITS, "0")}","at":"${String(atMicros).padStart(AT_DIGITS, "0")}"`;
  return `${facts},"text":"${"x".repeat(EVENT_BYTES - facts.length - 11)}"}`;
}

/** Reads number and time out of event frames. The place is found once; it is the same in all frames of a bench. */
export class EventReader {
  seq = 0;
  atMicros = 0;
  private seqOffset = -1;

  /** False when the frame is no event of a bench. */
  read(bytes: Buffer, start: number, end: number): boolean {
    if (this.seqOffset < 0) {
      const found = bytes.subarray(start, end).indexOf(BEFORE_SEQ);
      if (found < 0) return false;
      this.seqOffset = found + BEFORE_SEQ.length;
    }
    const seqAt = start + this.seqOffset;
    const timeAt = seqAt + SEQ_DIGITS + BEFORE_AT.length;
    this.seq = readDigits(bytes, seqAt, SEQ_DIGITS);
    this.atMicros = readDigits(bytes, timeAt, AT_DIGITS);
    return this.seq > 0;
  }
}

function readDigits(bytes: Buffer, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i += 1) value = value * 10 + (bytes[i] as number) - 48;
  return value;
}
