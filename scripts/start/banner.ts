/** The block that is printed when everything is ready. */
export function formatBanner(options: {
  webUrl: string;
  pushUrl: string;
  /** Health addresses by process name. */
  health: Record<string, string>;
  dataDir: string;
  isDemo: boolean;
  readyMs: number;
}): string {
  const rows: [string, string][] = [
    ["Open", options.webUrl],
    ["Push", options.pushUrl],
    ...Object.entries(options.health).map(([name, url]): [string, string] => [
      name,
      `${url}/readyz  ${url}/metrics`,
    ]),
    ["Data", options.dataDir],
  ];
  const demo: [string, string][] = [
    ["Viewers", "+8613800000001 … +8613800000020   100,000 coins each"],
    ["Anchors", "+8613900000001 … +8613900000005   the first three are live"],
    ["Operator", "+8613700000001"],
    ["Code", "000000"],
  ];
  const width = Math.max(...[...rows, ...demo].map(([label]) => label.length)) + 2;
  const format = (list: [string, string][]) => list.map(([label, text]) => `  ${label.padEnd(width)}${text}`);
  return [
    "",
    `Downpour is ready after ${(options.readyMs / 1000).toFixed(1)} s.`,
    "",
    ...format(rows),
    ...(options.isDemo ? ["", "Sign in as:", ...format(demo)] : []),
    "",
    "Ctrl-C stops everything; the data stays.",
    "",
  ].join("\n");
}
