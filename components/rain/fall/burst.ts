import type { PacketPaint } from "../art/red-packet-svg";

/** A packet that was opened: what it is made of flies by formula, so that a frame needs nothing of the one before. */
export interface Burst {
  x: number;
  y: number;
  widthPx: number;
  paint: PacketPaint;
  bornMs: number;
  coins: readonly { vx: number; vy: number; sizePx: number; spin: number }[];
}

export const BURST_MS = 950;
const COINS = 15;
const GRAVITY_PX_S2 = 1_150;

export function createBurst(
  x: number,
  y: number,
  widthPx: number,
  paint: PacketPaint,
  bornMs: number,
  random: () => number,
): Burst {
  const coins = Array.from({ length: COINS }, (_, i) => {
    const heading = -Math.PI / 2 + (i / (COINS - 1) - 0.5) * Math.PI * 1.4;
    const speed = 240 + random() * 260;
    return {
      vx: Math.cos(heading) * speed,
      vy: Math.sin(heading) * speed - 120,
      sizePx: 18 + random() * 18,
      spin: (random() - 0.5) * 14,
    };
  });
  return { x, y, widthPx, paint, bornMs, coins };
}

export interface BurstFrame {
  packet: { scale: number; opacity: number };
  ring: { radiusPx: number; opacity: number };
  coins: { x: number; y: number; angle: number; sizePx: number }[];
  coinOpacity: number;
}

/** How it looks at a time; null once it is over. */
export function burstAt(burst: Burst, nowMs: number): BurstFrame | null {
  const progress = (nowMs - burst.bornMs) / BURST_MS;
  if (progress >= 1) return null;
  const seconds = Math.max(0, nowMs - burst.bornMs) / 1000;
  const grown = 1 - (1 - Math.min(1, progress * 4)) ** 3;
  const opacity = Math.min(1, (1 - progress) * 3);
  return {
    packet: { scale: 0.9 + 0.6 * grown, opacity },
    ring: {
      radiusPx: burst.widthPx * (0.3 + 1.5 * Math.min(1, progress * 1.6)),
      opacity: Math.max(0, 0.9 - progress * 1.6),
    },
    coins: burst.coins.map((coin) => ({
      x: burst.x + coin.vx * seconds,
      y: burst.y + coin.vy * seconds + (GRAVITY_PX_S2 * seconds ** 2) / 2,
      angle: coin.spin * seconds,
      sizePx: coin.sizePx,
    })),
    coinOpacity: opacity,
  };
}
