/** What flies out of a packet that was opened, relative to its middle. Pixels and seconds. */
export interface Burst {
  coins: readonly { vx: number; vy: number; sizePx: number; spin: number }[];
}

export const BURST_MS = 950;
const COINS = 15;
const GRAVITY_PX_S2 = 1_150;
/** How far the packet and the ring around it grow, in widths of the packet. */
export const PACKET_SCALE_MAX = 1.5;
export const RING_SCALE_MAX = 3.6;

export function createBurst(random: () => number): Burst {
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
  return { coins };
}

export interface BurstFrame {
  packet: { scale: number; opacity: number };
  ring: { scale: number; opacity: number };
  coins: readonly { x: number; y: number; angle: number }[];
  coinOpacity: number;
}

/** @param progress from 0 to 1 */
export function burstAt(burst: Burst, progress: number): BurstFrame {
  const seconds = (progress * BURST_MS) / 1000;
  const grown = 1 - (1 - Math.min(1, progress * 4)) ** 3;
  const opacity = Math.min(1, (1 - progress) * 3);
  return {
    packet: { scale: 0.9 + (PACKET_SCALE_MAX - 0.9) * grown, opacity },
    ring: {
      scale: 0.6 + (RING_SCALE_MAX - 0.6) * Math.min(1, progress * 1.6),
      opacity: Math.max(0, 0.9 - progress * 1.6),
    },
    coins: burst.coins.map((coin) => ({
      x: coin.vx * seconds,
      y: coin.vy * seconds + (GRAVITY_PX_S2 * seconds ** 2) / 2,
      angle: coin.spin * seconds,
    })),
    coinOpacity: opacity,
  };
}
