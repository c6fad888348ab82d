import { makeSvga } from "@/server/testing/svga-files";

/** An SVGA file of version 2: a red square for two seconds. */
export const makeRedSvga = (side: number): Buffer => makeSvga({ side });
