import { makeSvga, RED_PNG } from "@/server/testing/svga-files";

/** No browser draws it, and none plays it in an effect. */
const FLAC = Buffer.from("fLaC\0\0\0\x22", "latin1");

/** An SVGA file of version 2: a red square for two seconds, with a sound. */
export const makeRedSvga = (side: number): Buffer =>
  makeSvga({ side, images: { red: RED_PNG, sound: FLAC }, soundKey: "sound" });
