import type { Scenario } from "../lib/scenario";
import { CLOCKS } from "./clocks";
import { FULL_DISKS } from "./full-disks";
import { LOCKS } from "./locks";
import { OLDER_REDIS } from "./older-redis";
import { REDIS_REFUSES } from "./redis-refuses";
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
  ...FULL_DISKS,
];
