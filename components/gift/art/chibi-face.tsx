import styles from "./chibi-face.module.css";
import { Linear, Radial, useSvgIds } from "./svg-kit";

interface ChibiFaceProps {
  skin: readonly [light: string, mid: string, shade: string];
  iris: readonly [top: string, bottom: string];
  lash: string;
}

/** A doll-like face round the origin, about 38 units wide, that blinks when animated. */
export function ChibiFace({ skin, iris, lash }: ChibiFaceProps) {
  const id = useSvgIds();
  const paint = (name: string) => `url(#${id(name)})`;
  return (
    <g>
      <defs>
        <Radial
          id={id("skin")}
          at={[0.46, 0.4, 0.66]}
          stops={[
            [0, skin[0]],
            [0.65, skin[1]],
            [1, skin[2]],
          ]}
        />
        <Linear
          id={id("iris")}
          stops={[
            [0, iris[0]],
            [1, iris[1]],
          ]}
        />
        <Radial
          id={id("blush")}
          stops={[
            [0, "#ff5f7a", 0.75],
            [1, "#ff5f7a", 0],
          ]}
        />
      </defs>
      <path d="M-19-5C-20 9-11 19.500 0 20C11 19.500 20 9 19-5C18-19-18-19-19-5Z" fill={paint("skin")} />
      <ellipse cx="-12.500" cy="10" rx="5.200" ry="3.600" fill={paint("blush")} />
      <ellipse cx="12.500" cy="10" rx="5.200" ry="3.600" fill={paint("blush")} />
      {[-1, 1].map((side) => (
        <g key={side} transform={`translate(${side * 8.8} 2.4) scale(1.14)`}>
          <g className={styles.eye}>
            <ellipse rx="4.300" ry="5.800" fill="#fff" />
            <ellipse cx={side * -0.3} cy=".4" rx="3.700" ry="5.200" fill={paint("iris")} />
            <ellipse cx={side * -0.3} cy=".8" rx="1.900" ry="2.900" fill="#160c26" />
            <circle cx="-1.300" cy="-2" r="1.600" fill="#fff" />
            <circle cx="1.500" cy="2.800" r=".9" fill="#fff" opacity=".9" />
          </g>
          <path
            d={`M${side * -4.6}-4.200Q${side * 0.4}-8 ${side * 5}-3.400L${side * 6.6}-3.800Q${side * 5.4}-1.800 ${side * 4.4}-1.600`}
            fill="none"
            stroke={lash}
            strokeWidth="1.400"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
          <path
            d={`M${side * -2.4}-10.400Q${side * 1.4}-12 ${side * 4.4}-9.800`}
            fill="none"
            stroke={lash}
            strokeWidth="1"
            strokeLinecap="round"
            opacity=".75"
          />
        </g>
      ))}
      <path
        d="M-.8 8.200Q0 8.900.8 8.200"
        fill="none"
        stroke={skin[2]}
        strokeWidth="1"
        strokeLinecap="round"
      />
      <path
        d="M-4.400 11.200Q0 12.600 4.400 11.200Q4 16.800 0 16.800Q-4 16.800-4.400 11.200Z"
        fill="#b3203f"
      />
      <path
        d="M-2.600 15.600Q0 13.400 2.600 15.600Q1.500 16.800 0 16.800Q-1.500 16.800-2.600 15.600Z"
        fill="#ff8d96"
      />
      <path d="M-3.600 11.600Q0 12.700 3.600 11.600L3.300 12.800Q0 13.400-3.300 12.800Z" fill="#fff" />
    </g>
  );
}
