export interface PacketSizes {
  fromCoins: number;
  toCoins: number;
  packets: number;
}

/** How many packets lie in each of at most `partsMax` equally wide ranges of whole coins, smallest first. */
export function groupBySize(amounts: readonly number[], partsMax: number): PacketSizes[] {
  let largest = 0;
  for (const coins of amounts) largest = Math.max(largest, coins);
  if (largest === 0) return [];
  const width = Math.ceil(largest / partsMax);
  const parts = Array.from({ length: Math.ceil(largest / width) }, (_, i) => ({
    fromCoins: i * width + 1,
    toCoins: (i + 1) * width,
    packets: 0,
  }));
  for (const coins of amounts) {
    const part = parts[Math.floor((coins - 1) / width)];
    if (part) part.packets += 1;
  }
  return parts;
}
