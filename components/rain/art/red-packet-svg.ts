/** Colours of a packet: two of vermilion, and one of the night, which is rarer. */
const PAINTS = {
  vermilion: {
    body: ["#ff6b47", "#e0351f", "#9c1512"],
    flap: ["#ff8d63", "#d22d1c"],
    edge: "#7a0d12",
    seal: "#a63a0a",
  },
  crimson: {
    body: ["#f4474a", "#c41a2f", "#76091f"],
    flap: ["#ff6f6a", "#b3132c"],
    edge: "#570519",
    seal: "#9b2a12",
  },
  night: {
    body: ["#4a4fc0", "#272a78", "#12123f"],
    flap: ["#6a6ee0", "#2b2e86"],
    edge: "#0a0a2b",
    seal: "#2a2a6e",
  },
} as const;

export type PacketPaint = keyof typeof PAINTS;
export const PACKET_PAINTS = Object.keys(PAINTS) as PacketPaint[];
export const PACKET_WIDTH = 120;
export const PACKET_HEIGHT = 152;

const GOLD = `<linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#fff6cf"/><stop offset=".4" stop-color="#ffd34f"/><stop offset="1" stop-color="#d98a12"/></linearGradient>`;
const COIN = `<radialGradient id="c" cx=".38" cy=".3" r=".8"><stop offset="0" stop-color="#fff8dc"/><stop offset=".45" stop-color="#ffd34f"/><stop offset="1" stop-color="#c77c0a"/></radialGradient>`;
const DROP = "c7 8.600 11 14.600 11 20a11 11 0 0 1-22 0c0-5.400 4-11.400 11-20z";
/** Rain on the paper, and two curls of cloud. */
const RAIN = `<path d="M24 96v16M38 112v18M54 100v12M70 118v16M84 98v20M98 114v14M30 128v8M92 132v6" stroke="#ffe19a" stroke-opacity=".38" stroke-width="2.400" stroke-linecap="round"/><path d="M20 138c6-9 16-9 20-2 5-7 14-6 17 2M66 140c4-8 14-8 18-2 5-6 13-4 15 3" fill="none" stroke="#ffe19a" stroke-opacity=".34" stroke-width="2.200" stroke-linecap="round"/>`;

function gradient(id: string, colors: readonly string[]): string {
  const stops = colors.map((color, i) => `<stop offset="${i / (colors.length - 1)}" stop-color="${color}"/>`);
  return `<linearGradient id="${id}" x1=".2" y1="0" x2=".8" y2="1">${stops.join("")}</linearGradient>`;
}

function frame(paint: PacketPaint, inside: string): string {
  const { body, flap } = PAINTS[paint];
  const defs = `<defs>${gradient("b", body)}${gradient("f", flap)}${GOLD}${COIN}</defs>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PACKET_WIDTH} ${PACKET_HEIGHT}">${defs}${inside}</svg>`;
}

/** A sealed packet. */
export function sealedPacketSvg(paint: PacketPaint): string {
  const { edge, seal } = PAINTS[paint];
  return frame(
    paint,
    `<rect x="8" y="4" width="104" height="144" rx="13" fill="url(#b)"/>${RAIN}
<rect x="12" y="8" width="96" height="136" rx="10" fill="none" stroke="url(#g)" stroke-width="1.800" stroke-opacity=".75"/>
<path d="M8 58C30 84 90 84 112 58V66C90 93 30 93 8 66Z" fill="${edge}" opacity=".35"/>
<path d="M8 17A13 13 0 0 1 21 4H99A13 13 0 0 1 112 17V58C90 84 30 84 8 58Z" fill="url(#f)"/>
<path d="M8 58C30 84 90 84 112 58" fill="none" stroke="url(#g)" stroke-width="3"/>
<path d="M16 14Q17 10 22 9H60" fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="2.600" stroke-linecap="round"/>
<circle cx="60" cy="74" r="23" fill="${edge}" opacity=".4"/><circle cx="60" cy="72" r="22" fill="url(#c)" stroke="#b06a08" stroke-width="1.400"/>
<circle cx="60" cy="72" r="17" fill="none" stroke="#fff3c0" stroke-width="1.400" stroke-opacity=".9"/><path d="M60 57.500${DROP}" fill="${seal}"/>
<path d="M55 77a6 6 0 0 0 4 6" fill="none" stroke="#ffd9a0" stroke-width="2" stroke-linecap="round" opacity=".8"/>`,
  );
}

/** The same packet torn open, its coins on the way out. */
export function openedPacketSvg(paint: PacketPaint): string {
  const { edge, seal } = PAINTS[paint];
  const coin = (x: number, y: number, r: number) =>
    `<circle cx="${x}" cy="${y}" r="${r}" fill="url(#c)" stroke="#a3620a" stroke-width="1.200"/><circle cx="${x}" cy="${y}" r="${r * 0.72}" fill="none" stroke="#fff3c0" stroke-width="1.100"/><path transform="translate(${x} ${y - r * 0.62}) scale(${r / 27})" d="M0 0${DROP}" fill="${seal}"/>`;
  return frame(
    paint,
    `<path d="M8 62C22 26 42 8 60 8C78 8 98 26 112 62Z" fill="url(#f)"/><path d="M8 62C22 26 42 8 60 8C78 8 98 26 112 62" fill="none" stroke="url(#g)" stroke-width="3"/>
<rect x="8" y="52" width="104" height="36" rx="6" fill="${edge}"/>${coin(38, 50, 15)}${coin(83, 48, 14)}${coin(60, 38, 19)}
<path d="M8 60C30 88 90 88 112 60V135A13 13 0 0 1 99 148H21A13 13 0 0 1 8 135Z" fill="url(#b)"/>${RAIN}
<path d="M8 60C30 88 90 88 112 60" fill="none" stroke="url(#g)" stroke-width="3"/>
<path d="M12 70V133A11 11 0 0 0 23 144H97A11 11 0 0 0 108 133V70" fill="none" stroke="url(#g)" stroke-width="1.800" stroke-opacity=".75"/>`,
  );
}

/** A coin that flies out of a packet. */
export const COIN_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><defs>${COIN}</defs><circle cx="20" cy="20" r="18" fill="url(#c)" stroke="#a3620a" stroke-width="1.600"/><circle cx="20" cy="20" r="13" fill="none" stroke="#fff3c0" stroke-width="1.400"/><path transform="translate(20 9) scale(.62)" d="M0 0${DROP}" fill="#8a4a06"/></svg>`;

const urlOf = (svg: string) => `data:image/svg+xml,${encodeURIComponent(svg)}`;
const urlsOf = (svgOf: (paint: PacketPaint) => string) =>
  new Map(PACKET_PAINTS.map((paint) => [paint, urlOf(svgOf(paint))] as const));

/** Addresses of the pictures; the same address is decoded once, however many show it. */
export const PICTURES = {
  sealed: urlsOf(sealedPacketSvg),
  opened: urlsOf(openedPacketSvg),
  coin: urlOf(COIN_SVG),
} as const;
