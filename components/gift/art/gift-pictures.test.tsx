import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { GiftDrawing } from "./gift-drawing";
import { KNOWN_EFFECTS } from "./known-effects";

/** A drawing that rests, as a file of its own: what only styles and animations ask for is left out. */
function drawPicture(effect: string): string {
  const picture = renderToStaticMarkup(
    <svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">
      <GiftDrawing effect={effect} />
    </svg>,
  );
  return `${picture.replace(/ class="[^"]*"/g, "")}\n`;
}

describe("pictures of gifts", () => {
  // After a change of a drawing: `npx vitest run --project unit components/gift/art -u`.
  it.each([...KNOWN_EFFECTS, "present"])("%s: the file shows what is drawn", async (effect) => {
    await expect(drawPicture(effect)).toMatchFileSnapshot(`./pictures/${effect}.svg`);
  });
});
