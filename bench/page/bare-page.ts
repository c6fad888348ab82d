/** What moves on a page all the time, drawn by the compositor alone. */
export interface Motion {
  /** Pictures as large as the page, one over the other, that move by whole pixels thirty times a second. */
  sheets: number;
  /** Small pictures that fall. */
  sprites: number;
}

/** As much as on the page that is measured: the night stage of a room, the same behind a rain, and a studio, which is still. */
export const MOTION = {
  room: { sheets: 5, sprites: 0 },
  rain: { sheets: 2, sprites: 40 },
  studio: { sheets: 0, sprites: 0 },
} as const satisfies Record<string, Motion>;

/**
 * The floor of an interaction: a page without a library that does the same. A button whose number counts taps, a field, and
 * a form that adds a line. What this browser cannot do here, behind as much that moves, it can do nowhere.
 */
export function barePage({ sheets, sprites }: Motion): string {
  const moving =
    Array.from({ length: sheets }, () => "<b></b>").join("") +
    Array.from(
      { length: sprites },
      (_, i) =>
        `<i style="left:${((i * 37) % 100).toFixed(0)}%;animation-delay:${(-(i * 0.37) % 4.5).toFixed(2)}s"></i>`,
    ).join("");
  return `<!doctype html><meta name="viewport" content="width=device-width"><style>
body { margin: 0; height: 100vh; overflow: hidden; background: linear-gradient(#123, #634); font: 16px sans-serif; color: #fff }
b { position: absolute; inset: -256px 0 0; background: repeating-linear-gradient(75deg, #fff1 0 2px, #fff0 2px 60px);
  pointer-events: none; will-change: transform; animation: drift 8533.333ms steps(256) infinite }
i { position: absolute; top: 0; width: 58px; height: 74px; border-radius: 8px; background: #c22; pointer-events: none;
  will-change: transform; animation: fall 4.5s linear infinite }
@keyframes drift { to { transform: translateY(256px) } }
@keyframes fall { from { transform: translate(0, -100px) rotate(-10deg) } to { transform: translate(-60px, 100vh) rotate(20deg) } }
main { position: relative; padding: 20px }
button, input { font-size: 24px; padding: 12px }
</style>${moving}<main><h1>Bare</h1><button id="tap">0</button><form><input size="12"><button id="send">Send</button></form><ul></ul></main><script>
const button = document.querySelector("#tap"); let taps = 0;
button.onclick = () => { button.textContent = ++taps };
const input = document.querySelector("input");
document.querySelector("form").onsubmit = (event) => {
  event.preventDefault();
  const line = document.createElement("li"); line.textContent = input.value; input.value = "";
  document.querySelector("ul").replaceChildren(line);
};
</script>`;
}
