import classes from "./brand.module.css";

export function BrandMark({ size = 30 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden focusable="false">
      <defs>
        <linearGradient id="dp-brand" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#ff8a5c" />
          <stop offset="1" stopColor="#c93a22" />
        </linearGradient>
      </defs>
      <path
        d="M16 2c6.600 8.200 10 13.600 10 18.400a10 10 0 0 1-20 0C6 15.600 9.400 10.200 16 2z"
        fill="url(#dp-brand)"
      />
      <path d="M13 16.400v8l7-4z" fill="#ffe7ae" />
    </svg>
  );
}

export function Brand() {
  return (
    <span className={classes.brand}>
      <BrandMark />
      <span className={classes.name}>Downpour</span>
    </span>
  );
}
