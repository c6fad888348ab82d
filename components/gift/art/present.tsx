import styles from "./present.module.css";
import { Linear, sparklePath, useSvgIds } from "./svg-kit";

/** A wrapped box for a gift whose effect this build does not know. */
export function PresentArt() {
  const id = useSvgIds();
  const paint = (name: string) => `url(#${id(name)})`;
  return (
    <>
      <defs>
        <Linear
          id={id("box")}
          to={[0, 0, 1, 1]}
          stops={[
            [0, "#ff8a5c"],
            [0.45, "#f0342a"],
            [1, "#8c0a24"],
          ]}
        />
        <Linear
          id={id("lid")}
          stops={[
            [0, "#ff9f75"],
            [1, "#d81f26"],
          ]}
        />
        <Linear
          id={id("ribbon")}
          to={[0, 0, 1, 0]}
          stops={[
            [0, "#d68a0c"],
            [0.35, "#fff2b0"],
            [0.7, "#ffc63c"],
            [1, "#b46808"],
          ]}
        />
        <Linear
          id={id("bow")}
          stops={[
            [0, "#fff3b8"],
            [0.5, "#ffc63c"],
            [1, "#c87a0a"],
          ]}
        />
      </defs>
      <ellipse cx="64" cy="119" rx="48" ry="5" fill="#000" opacity=".25" />
      <path d="M20 60H108L104 112Q103 118 97 118H31Q25 118 24 112Z" fill={paint("box")} />
      <path d="M55 60H73V118H55Z" fill={paint("ribbon")} />
      <path d="M20 60H108L107.500 68H20.500Z" fill="#5a0518" opacity=".4" />
      <g className={styles.lid}>
        <rect x="13" y="42" width="102" height="21" rx="5" fill={paint("lid")} />
        <rect x="13" y="42" width="102" height="5" rx="2.500" fill="#fff" opacity=".35" />
        <rect x="54" y="42" width="20" height="21" fill={paint("ribbon")} />
        <path
          d="M62 42C46 44 24 38 26 24C28 10 52 14 63 40Z"
          fill={paint("bow")}
          stroke="#b46808"
          strokeWidth="1.200"
        />
        <path
          d="M66 42C82 44 104 38 102 24C100 10 76 14 65 40Z"
          fill={paint("bow")}
          stroke="#b46808"
          strokeWidth="1.200"
        />
        <path
          d="M58 37C46 38 34 32 35 26C37 21 50 24 58 37ZM70 37C82 38 94 32 93 26C91 21 78 24 70 37Z"
          fill="#a85d06"
          opacity=".65"
        />
        <rect
          x="55"
          y="30"
          width="18"
          height="16"
          rx="7"
          fill={paint("bow")}
          stroke="#b46808"
          strokeWidth="1.200"
        />
        <path d="M59 33Q64 31 69 33" stroke="#fff" strokeWidth="1.800" fill="none" strokeLinecap="round" />
      </g>
      <path className={styles.spark} d={sparklePath(108, 20, 9)} fill="#fff2b0" />
      <path d="M30 70L33 108" stroke="#ffc2a3" strokeWidth="3" strokeLinecap="round" opacity=".6" />
    </>
  );
}
