/**
 * The floor of the room page: nothing but a button whose number counts taps, and as many pictures falling past it as a rain
 * has at most. What this browser cannot do here, it can do nowhere.
 */
export function barePage(sprites: number): string {
  const falling = Array.from(
    { length: sprites },
    (_, i) =>
      `<i style="left:${((i * 37) % 100).toFixed(0)}%;animation-delay:${(-(i * 0.37) % 4.5).toFixed(2)}s"></i>`,
  ).join("");
  return `<!doctype html><meta name="viewport" content="width=device-width"><style>
body { margin: 0; height: 100vh; overflow: hidden; background: linear-gradient(#123, #634) }
i { position: absolute; top: 0; width: 58px; height: 74px; border-radius: 8px; background: #c22; pointer-events: none;
  will-change: transform; animation: fall 4.5s linear infinite }
@keyframes fall { from { transform: translate(0, -100px) rotate(-10deg) } to { transform: translate(-60px, 100vh) rotate(20deg) } }
button { position: relative; font-size: 24px; padding: 20px }
</style><button>0</button>${falling}<script>
const button = document.querySelector("button"); let taps = 0;
button.onclick = () => { button.textContent = ++taps };
</script>`;
}
