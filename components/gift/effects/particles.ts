export type ParticleShape = "spark" | "heart" | "strip" | "dot";

export interface Particle {
  x: number;
  y: number;
  /** Speed in pixels per second. */
  vx: number;
  vy: number;
  size: number;
  angle: number;
  spin: number;
  color: string;
  shape: ParticleShape;
  /** Seconds left and seconds given; their ratio is the opacity. */
  lifeS: number;
  lifeMaxS: number;
}

interface BurstStyle {
  shapes: readonly ParticleShape[];
  colors: readonly string[];
}

const GOLD = ["#fff3b8", "#ffd34f", "#ff9f2e"] as const;

/** An effect is any word of an operator, `constructor` too. */
const BURST_STYLES: ReadonlyMap<string, BurstStyle> = new Map(
  Object.entries({
    hearts: { shapes: ["heart", "heart", "dot"], colors: ["#ff4d6d", "#ff8fb5", "#ffd1e3"] },
    angel: { shapes: ["spark", "dot"], colors: ["#ffffff", "#dfe8ff", "#ffe9a8"] },
    crown: { shapes: ["spark", "dot"], colors: GOLD },
    genie: { shapes: ["spark", "dot"], colors: ["#c89bff", "#7fe3ff", "#ffe08a"] },
    halloween: { shapes: ["dot", "spark"], colors: ["#ff8a1f", "#a06bff", "#ffe04a"] },
    rocket: { shapes: ["dot", "spark"], colors: ["#ff7a3d", "#ffd34f", "#dfe6ff"] },
    car: { shapes: ["strip", "spark"], colors: ["#ff4b2e", "#ffd34f", "#ffffff"] },
  } satisfies Record<string, BurstStyle>),
);

const OTHER_STYLE: BurstStyle = { shapes: ["strip", "spark"], colors: ["#ff5533", ...GOLD] };

const GRAVITY_PX_S2 = 340;
const DRAG_PER_S = 1.6;
const BURST_MAX = 48;

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** A spray of particles in the manner of the gift's effect; `random` gives numbers in [0, 1). */
export function createBurst(
  effect: string,
  x: number,
  y: number,
  count: number,
  random: () => number,
): Particle[] {
  const style = BURST_STYLES.get(effect) ?? OTHER_STYLE;
  return Array.from({ length: Math.min(count, BURST_MAX) }, () => {
    const heading = random() * Math.PI * 2;
    const speed = 70 + random() * 210;
    const lifeS = 0.7 + random() * 0.7;
    return {
      x,
      y,
      vx: Math.cos(heading) * speed,
      vy: Math.sin(heading) * speed - 70,
      size: 3 + random() * 6,
      angle: random() * Math.PI,
      spin: (random() - 0.5) * 8,
      color: pick(style.colors, random),
      shape: pick(style.shapes, random),
      lifeS,
      lifeMaxS: lifeS,
    };
  });
}

/** The particles that live on after `stepS` seconds, moved. */
export function stepParticles(particles: readonly Particle[], stepS: number): Particle[] {
  const drag = Math.exp(-DRAG_PER_S * stepS);
  return particles.flatMap((particle) => {
    const lifeS = particle.lifeS - stepS;
    if (lifeS <= 0) return [];
    const vy = particle.vy * drag + GRAVITY_PX_S2 * stepS;
    const vx = particle.vx * drag;
    const moved = {
      x: particle.x + vx * stepS,
      y: particle.y + vy * stepS,
      angle: particle.angle + particle.spin * stepS,
    };
    return [{ ...particle, ...moved, vx, vy, lifeS }];
  });
}

function traceShape(pen: CanvasRenderingContext2D, shape: ParticleShape, size: number): void {
  pen.beginPath();
  if (shape === "dot") {
    pen.arc(0, 0, size * 0.5, 0, Math.PI * 2);
  } else if (shape === "strip") {
    pen.rect(-size * 0.3, -size, size * 0.6, size * 2);
  } else if (shape === "heart") {
    pen.moveTo(0, size);
    pen.bezierCurveTo(-size * 1.6, -size * 0.1, -size * 0.9, -size * 1.2, 0, -size * 0.4);
    pen.bezierCurveTo(size * 0.9, -size * 1.2, size * 1.6, -size * 0.1, 0, size);
  } else {
    const waist = size * 0.2;
    pen.moveTo(0, -size * 1.3);
    pen.quadraticCurveTo(waist, -waist, size * 1.3, 0);
    pen.quadraticCurveTo(waist, waist, 0, size * 1.3);
    pen.quadraticCurveTo(-waist, waist, -size * 1.3, 0);
    pen.quadraticCurveTo(-waist, -waist, 0, -size * 1.3);
  }
  pen.fill();
}

/** Draws particles on a context whose units are CSS pixels. */
export function drawParticles(pen: CanvasRenderingContext2D, particles: readonly Particle[]): void {
  for (const particle of particles) {
    pen.save();
    pen.translate(particle.x, particle.y);
    pen.rotate(particle.angle);
    pen.globalAlpha = Math.min(1, (particle.lifeS / particle.lifeMaxS) * 1.8);
    pen.fillStyle = particle.color;
    traceShape(pen, particle.shape, particle.size);
    pen.restore();
  }
}
