import type { Scenario } from "../lib/scenario";
import type { UnwellRig } from "../lib/unwell-rig";

/** What a supervisor does: the store is started again as soon as it can be. */
const revive = async (server: { kill9(): Promise<void>; restart(): Promise<void> }) => {
  await server.kill9();
  await server.restart();
};

export const FULL_DISKS: readonly Scenario[] = [
  {
    name: "disk-full-tables",
    fault: "disk full under the live database's tables",
    async inject(rig) {
      const disk = await rig.smallDiskUnder("tables");
      disk.fill();
      return async () => disk.free();
    },
  },
  {
    name: "disk-full-wal",
    fault: "disk full under the live database's log: the server ends",
    async inject(rig) {
      const disk = await rig.smallDiskUnder("wal");
      disk.fill();
      await fillTheLog(rig);
      return async () => {
        disk.free();
        await revive(rig.stack.postgres);
      };
    },
  },
  {
    name: "disk-full-redis",
    fault: "disk full under Redis' log: Redis ends",
    async inject(rig) {
      const disk = await rig.smallDiskUnder("redis-log");
      disk.fill();
      return async () => {
        disk.free();
        await revive(rig.stack.redis);
      };
    },
  },
];

/** Files of the log that were made before are used first: a neighbour that writes much gets to their end. */
async function fillTheLog(rig: UnwellRig): Promise<void> {
  await rig.live.sql`CREATE TABLE IF NOT EXISTS chaos_neighbour (text text)`;
  for (let round = 0; round < 200; round++) {
    try {
      await rig.live.sql`
        INSERT INTO chaos_neighbour SELECT repeat(md5(n::text), 20) FROM generate_series(1, 5000) n`;
      await rig.live.sql`TRUNCATE chaos_neighbour`;
    } catch {
      return;
    }
  }
  throw new Error("The disk under the log is full, and the server goes on writing to it.");
}
