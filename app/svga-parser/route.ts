import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The worker that reads SVGA files, as the `svga` package ships it. It makes code from its schema as it runs, which the
 * policy of pages forbids, so it is a file of its own with a policy of its own (platform/http/security-headers.ts).
 */
/**
 * Files with sound have it among their pictures, and the package gives a whole file up for one picture that is none. Effects
 * are played without sound, so a sound is handed on as an empty picture, which no layer shows.
 */
const WITHOUT_SOUND = `{
  const draw = self.createImageBitmap.bind(self);
  self.createImageBitmap = async (blob) => {
    const head = new Uint8Array(await blob.slice(0, 12).arrayBuffer());
    const text = String.fromCharCode(...head);
    const isSound = text.startsWith("ID3") || text.startsWith("OggS") || text.startsWith("ftypM4A", 4) ||
      (text.startsWith("RIFF") && text.startsWith("WAVE", 8)) || (head[0] === 0xff && (head[1] & 0xe0) === 0xe0);
    return draw(isSound ? new ImageData(1, 1) : blob);
  };
}
`;

export const dynamic = "force-static";

export function GET(): Response {
  const source = readFileSync(join(process.cwd(), "node_modules/svga/dist/parser.js"), "utf8");
  return new Response(WITHOUT_SOUND + source, {
    headers: { "content-type": "text/javascript; charset=utf-8" },
  });
}
