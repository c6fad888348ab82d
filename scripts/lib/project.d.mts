/** Long-running processes, name to entry file. */
export function findProcesses(): Record<string, string>;

/** Everything that is bundled, name to entry file. */
export function findEntries(): Record<string, string>;
