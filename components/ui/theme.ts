import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/**
 * The whole look of the product: night sky and vermilion, gold for anything about coins, warm paper in the light
 * scheme. Components use the `--dp-*` variables below, never a colour of their own; what lies over a video uses the
 * `--dp-video-*` ones, which are the same in both schemes because a picture is dark anyway.
 */
const vermilion: MantineColorsTuple = [
  "#fff0ec",
  "#ffded6",
  "#ffbcae",
  "#ff9880",
  "#ff795c",
  "#f65c3e",
  "#e2462b",
  "#c93a22",
  "#a92e1a",
  "#842213",
];
const gold: MantineColorsTuple = [
  "#fff8e4",
  "#ffeec2",
  "#ffe19a",
  "#ffd472",
  "#ffc857",
  "#f2b233",
  "#d4921a",
  "#a96f0c",
  "#7f5207",
  "#583703",
];
/** What cannot be taken back: dark enough that white can be read on it. */
const red: MantineColorsTuple = [
  "#fff5f5",
  "#ffe3e3",
  "#ffc9c9",
  "#ffa8a8",
  "#ff8787",
  "#ff6b6b",
  "#f04a4a",
  "#c92a2a",
  "#b02424",
  "#931d1d",
];
/** Mantine draws its dark scheme from this tuple: text first, then lines, surfaces and the sky. */
const night: MantineColorsTuple = [
  "#eceefb",
  "#c9cdea",
  "#a5abd2",
  "#868db8",
  "#343a64",
  "#272c50",
  "#191d39",
  "#11142a",
  "#0c0f20",
  "#080a16",
];

/** Lines, skeletons and quiet buttons of the light scheme: paper, not steel. */
const paper: MantineColorsTuple = [
  "#fbf5ea",
  "#f3ead9",
  "#eadfc9",
  "#ddcfb4",
  "#cdbd9f",
  "#ae9c7d",
  "#857459",
  "#6a5b45",
  "#4b4031",
  "#2b2015",
];

// Latin fonts first, on every system: an apostrophe that comes from a Chinese font is as wide as a character.
const SANS =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", "DejaVu Sans", Arial, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif';
const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace';

const surface = { root: { backgroundColor: "var(--dp-surface)" } };
const floating = { backgroundColor: "var(--dp-raised)", borderColor: "var(--dp-line)" };

export const theme = createTheme({
  primaryColor: "vermilion",
  primaryShade: { light: 7, dark: 7 },
  colors: { vermilion, gold, red, dark: night, gray: paper },
  white: "#fffdf8",
  black: "#2b2015",
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  headings: { fontFamily: SANS, fontWeight: "750" },
  defaultRadius: "md",
  radius: { xs: "6px", sm: "8px", md: "12px", lg: "18px", xl: "28px" },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Paper: { styles: surface },
    Card: { styles: surface },
    Modal: {
      styles: { content: floating, header: floating, title: { fontSize: "1.15rem", fontWeight: 700 } },
    },
    Drawer: { styles: { content: floating, header: floating } },
    Menu: { styles: { dropdown: floating } },
    Popover: { styles: { dropdown: floating } },
    Notification: { styles: { root: floating } },
    Skeleton: { defaultProps: { radius: "md" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250 } },
  },
});

/** Colours over a picture; the same in both schemes. */
const overVideo = {
  "--dp-video-bg": "#070814",
  "--dp-video-text": "#ffffff",
  "--dp-video-dim": "#d3d7f2",
  "--dp-video-chip": "rgba(9, 11, 26, 0.62)",
  "--dp-video-line": "rgba(255, 255, 255, 0.16)",
  "--dp-video-gold": "#ffd472",
  "--dp-video-accent": "#ff9880",
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {
    ...overVideo,
    "--dp-vermilion": "#c93a22",
    "--dp-vermilion-bright": "#f65c3e",
    "--dp-on-vermilion": "#ffffff",
    "--dp-header-height": "60px",
    "--dp-page-width": "1240px",
  },
  dark: {
    "--mantine-color-body": "#0a0c1b",
    "--mantine-color-text": "#eceefb",
    "--mantine-color-dimmed": "#a5abd2",
    "--mantine-color-placeholder": "#868db8",
    "--mantine-color-anchor": "#ff9880",
    "--mantine-color-default-border": "#2c315a",
    "--mantine-color-error": "#ff8f98",
    "--dp-bg": "#0a0c1b",
    "--dp-backdrop":
      "radial-gradient(900px 480px at 82% -8%, rgba(201, 58, 34, 0.20), transparent 70%), radial-gradient(1100px 620px at 12% -14%, rgba(76, 82, 190, 0.28), transparent 70%)",
    "--dp-surface": "#12152b",
    "--dp-raised": "#191d39",
    "--dp-sunken": "#0c0f20",
    "--dp-hover": "#20254a",
    "--dp-line": "#2a2f56",
    "--dp-text": "#eceefb",
    "--dp-dim": "#a5abd2",
    "--dp-gold": "#ffc857",
    "--dp-gold-wash": "rgba(255, 200, 87, 0.13)",
    "--dp-accent": "#ff8468",
    "--dp-accent-wash": "rgba(246, 92, 62, 0.15)",
    "--dp-good": "#5fe0a5",
    "--dp-bad": "#ff8f98",
    "--dp-bad-wash": "rgba(255, 110, 122, 0.13)",
    "--dp-shadow": "0 18px 48px rgba(2, 3, 12, 0.55)",
  },
  light: {
    "--mantine-color-body": "#f7f0e3",
    "--mantine-color-text": "#2b2015",
    "--mantine-color-dimmed": "#685843",
    "--mantine-color-placeholder": "#7a6a55",
    "--mantine-color-anchor": "#a92e1a",
    "--mantine-color-default": "#fffaf0",
    "--mantine-color-default-border": "#dccfb6",
    "--mantine-color-error": "#b3202f",
    "--dp-bg": "#f7f0e3",
    "--dp-backdrop":
      "radial-gradient(900px 480px at 82% -8%, rgba(226, 70, 43, 0.13), transparent 70%), radial-gradient(1000px 560px at 10% -16%, rgba(242, 178, 51, 0.20), transparent 70%)",
    "--dp-surface": "#fffaf0",
    "--dp-raised": "#fffdf8",
    "--dp-sunken": "#f1e7d4",
    "--dp-hover": "#f3e9d7",
    "--dp-line": "#e2d5bd",
    "--dp-text": "#2b2015",
    "--dp-dim": "#685843",
    "--dp-gold": "#855200",
    "--dp-gold-wash": "rgba(212, 146, 26, 0.16)",
    "--dp-accent": "#b3301a",
    "--dp-accent-wash": "rgba(201, 58, 34, 0.10)",
    "--dp-good": "#17693f",
    "--dp-bad": "#b3202f",
    "--dp-bad-wash": "rgba(179, 32, 47, 0.09)",
    "--dp-shadow": "0 18px 44px rgba(92, 66, 28, 0.16)",
  },
});
