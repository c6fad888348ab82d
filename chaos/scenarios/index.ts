import type { Scenario } from "../lib/scenario";
import { CLOCKS } from "./clocks";
import { CROWDS } from "./crowds";
import { FULL_DISKS } from "./full-disks";
import { LOCKS } from "./locks";
import { OLDER_REDIS } from "./older-redis";
import { REDIS_REFUSES } from "./redis-refuses";
import { RESTORES } from "./restores";
import { RIGHTS } from "./rights";
import { SILENCE } from "./silence";

/** Every fault of a store that lives and is unwell. */
export const SCENARIOS: readonly Scenario[] = [
  ...RIGHTS,
  ...SILENCE,
  ...LOCKS,
  ...REDIS_REFUSES,
  ...OLDER_REDIS,
  ...CLOCKS,
  ...CROWDS,
  ...RESTORES,
  ...FULL_DISKS,
];
