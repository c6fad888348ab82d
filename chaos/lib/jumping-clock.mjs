/**
 * Loaded before a program (`node --import`): its machine's clock differs by as many milliseconds as the file says whose
 * name is in SHIFTED_CLOCK_FILE, from the moment on in which they are written there.
 */
import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 50;
const RealDate = Date;
let shiftMs = 0;
function look() {
  try {
    shiftMs = Number(readFileSync(process.env.SHIFTED_CLOCK_FILE ?? "", "utf8")) || 0;
  } catch {
    shiftMs = 0;
  }
}
look();
setInterval(look, LOOK_EVERY_MS).unref();

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shiftMs);
    else super(...args);
  }
  static now() {
    return RealDate.now() + shiftMs;
  }
};
