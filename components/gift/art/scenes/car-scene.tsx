import { CarBody } from "../car";
import { scatter } from "../svg-kit";
import styles from "./car-scene.module.css";
import frame from "./scene.module.css";
import { cssVars, Spread, Twinkles } from "./scene-kit";

interface SkylineProps {
  seed: number;
  fill: string;
  lit: string;
  maxHeight: number;
  className?: string;
}

/** A strip of towers 800 units wide whose two halves are alike, so that it can scroll by half and start over. */
function Skyline({ seed, fill, lit, maxHeight, className }: SkylineProps) {
  const random = scatter(seed);
  const towers = Array.from({ length: 10 }, (_, index) => ({
    x: index * 40,
    width: 34 + random() * 10,
    height: maxHeight * (0.35 + random() * 0.65),
    windows: Array.from({ length: 7 }, () => ({
      x: 5 + Math.floor(random() * 4) * 7,
      y: 8 + Math.floor(random() * 7) * 9,
    })),
  }));
  return (
    <svg className={className} viewBox="0 0 800 160" preserveAspectRatio="none" aria-hidden="true">
      {[0, 400].map((offset) =>
        towers.map((tower) => (
          <g key={`${offset}-${tower.x}`} transform={`translate(${offset + tower.x} ${160 - tower.height})`}>
            <rect width={tower.width} height={tower.height} fill={fill} />
            {tower.windows.map((light, index) =>
              light.y + 6 < tower.height ? (
                <rect
                  key={`${index}-${light.x}`}
                  x={light.x}
                  y={light.y}
                  width="3.500"
                  height="5"
                  fill={lit}
                />
              ) : null,
            )}
          </g>
        )),
      )}
    </svg>
  );
}

/** A night drive: the car slides in under the skyline, holds beside the camera, then leaves in a streak. */
export function CarScene() {
  return (
    <>
      <div className={`${frame.veil} ${styles.night}`} />
      <Twinkles count={12} seed={21} color="#ffe9b0" />
      <div className={styles.moon} />
      <Skyline
        className={`${styles.skyline} ${styles.far}`}
        seed={4}
        fill="#3a1f66"
        lit="#ff9f6b"
        maxHeight={150}
      />
      <Skyline
        className={`${styles.skyline} ${styles.near}`}
        seed={9}
        fill="#170e3a"
        lit="#ffd76a"
        maxHeight={105}
      />
      <div className={styles.road}>
        <div className={styles.rail} />
        <div className={styles.dashes} />
      </div>
      <Spread count={30} seed={13}>
        {(random, index) => (
          <i
            key={index}
            className={styles.line}
            style={cssVars({
              y: `${(random() - 0.72) * 84}cqmin`,
              length: `${14 + random() * 40}cqw`,
              thick: `${0.4 + random() * 1}cqmin`,
              period: `${0.42 + random() * 0.5}s`,
              delay: `${random() * -1}s`,
              tint: index % 3 === 0 ? "#ffcf5a" : "#ffffff",
            })}
          />
        )}
      </Spread>
      <div className={styles.path}>
        <div className={styles.taillight} />
        <div className={styles.beam} />
        <div className={styles.exhaust} />
        <svg
          className={styles.car}
          viewBox="0 0 240 104"
          data-animated="true"
          data-scene="true"
          aria-hidden="true"
        >
          <CarBody />
        </svg>
      </div>
    </>
  );
}
