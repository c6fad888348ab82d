/**
 * Room for what a request or a batch leaves behind, in MiB. V8 copies what is still in use each time this is full: with its
 * own 16 MiB that is every fifty milliseconds under load, and takes a tenth of the web process' time.
 */
const YOUNG_SPACE_MIB = 32;
const BUSY_PROCESSES: readonly string[] = ["web", "gift-debit"];

/** What Node is started with for a process of Downpour. */
export function nodeArgs(processName: string): string[] {
  const args = ["--enable-source-maps"];
  if (BUSY_PROCESSES.includes(processName)) {
    args.push(`--min-semi-space-size=${YOUNG_SPACE_MIB}`, `--max-semi-space-size=${YOUNG_SPACE_MIB}`);
    // When a loaded process stands still, all of its young objects outlive a collection, and V8 concludes that lists made
    // in those places live long: from then on it makes them old, and what every request leaves behind grows old with them.
    args.push("--no-allocation-site-pretenuring");
  }
  return args;
}
