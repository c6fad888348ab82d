import classes from "./coin.module.css";

/** The coin mark: always gold, always before a number of coins. */
export function CoinIcon({ size = "1.05em" }: { size?: number | string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      aria-hidden
      focusable="false"
      className={classes.icon}
    >
      <circle cx="10" cy="10" r="9" fill="#f2b233" />
      <circle cx="10" cy="10" r="9" fill="none" stroke="#a96f0c" strokeWidth="1.2" />
      <circle cx="10" cy="10" r="6.4" fill="none" stroke="#ffe7ae" strokeWidth="1" opacity="0.9" />
      <path
        d="M10 5.200c1.900 2.300 2.900 3.900 2.900 5.300a2.900 2.900 0 0 1-5.800 0c0-1.400 1-3 2.900-5.300z"
        fill="#7f5207"
      />
    </svg>
  );
}

interface CoinAmountProps {
  /** Already formatted. */
  children: string;
  /** Read by a screen reader instead of the bare number. */
  label?: string;
  className?: string;
}

export function CoinAmount({ children, label, className }: CoinAmountProps) {
  return (
    <span className={`${classes.amount} numeric ${className ?? ""}`}>
      <CoinIcon />
      <span aria-hidden={label ? true : undefined}>{children}</span>
      {label ? <span className={classes.spoken}>{label}</span> : null}
    </span>
  );
}
