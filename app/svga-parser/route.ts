import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The worker that reads SVGA files, as the `svga` package ships it. It makes code from its schema as it runs, which the
 * policy of pages forbids, so it is a file of its own with a policy of its own (platform/http/security-headers.ts).
 */
/**
 * Files with sound have it among their pictures, and the package gives a whole file up for one picture that is none. Effects
 * are played without sound, so whatever does not begin as pictures do is handed on as an empty one, which no layer shows.
 * That nothing else is in a file is checked when it is entered.
 */
const WITHOUT_SOUND = `{
  const draw = self.createImageBitmap.bind(self);
  const PICTURES = [/^\\x89PNG/, /^\\xff\\xd8\\xff/, /^GIF8/, /^RIFF[^]{4}WEBP/];
  self.createImageBitmap = async (blob) => {
    const text = String.fromCharCode(...new Uint8Array(await blob.slice(0, 12).arrayBuffer()));
    return draw(PICTURES.some((picture) => picture.test(text)) ? blob : new ImageData(1, 1));
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
