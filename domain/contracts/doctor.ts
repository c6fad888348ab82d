/** What the doctor looks at, in the order in which it is shown: each rests on those before it. */
export const DOCTOR_CHECKS = [
  "settings",
  "liveDatabase",
  "financeDatabase",
  "redis",
  "pushRedis",
  "knownDatabases",
  "dataKeys",
  "clock",
  "machine",
  "processes",
  "publicAddress",
  "callbacks",
  "providers",
  "push",
] as const;
export type DoctorCheck = (typeof DOCTOR_CHECKS)[number];

/** What can be found, and whether the product does wrong with it (fault) or only worse (warning). */
export const DOCTOR_PROBLEMS = {
  settingFault: "fault",
  settingWarning: "warning",
  couldNotLook: "fault",
  databaseAway: "fault",
  databaseOld: "fault",
  databaseForgets: "fault",
  migrationsMissing: "fault",
  migrationsUnknown: "fault",
  migrationsAhead: "warning",
  roleMayRewrite: "fault",
  fewConnections: "warning",
  statementsLost: "fault",
  replicaAway: "warning",
  replicaIsNone: "fault",
  redisAway: "fault",
  redisOld: "fault",
  redisKeepsNothing: "fault",
  redisFlushesLate: "fault",
  redisLogBroken: "fault",
  redisLogUnread: "warning",
  redisEvicts: "fault",
  redisFull: "warning",
  redisReplicasMissing: "fault",
  databasesDiffer: "fault",
  keysDoNotOpen: "fault",
  indexKeyDiffers: "fault",
  clockOff: "fault",
  fewFiles: "warning",
  shortBacklog: "warning",
  processesMissing: "warning",
  publicAway: "fault",
  publicIsAnother: "fault",
  certificateEnds: "warning",
  callbackLost: "fault",
  providerAway: "fault",
  providerRefuses: "fault",
  pushUnreachable: "fault",
  pushNotTaken: "fault",
  pushNotHeard: "fault",
} as const satisfies Record<string, "fault" | "warning">;
export type DoctorProblem = keyof typeof DOCTOR_PROBLEMS;

export type DoctorFacts = Record<string, string | number>;

/** Either a check fits, or what is wrong; a check may find several things. */
export interface DoctorFinding {
  check: DoctorCheck;
  outcome: "fits" | "warning" | "fault";
  problem: DoctorProblem | null;
  facts: DoctorFacts;
}

export interface DoctorReport {
  /** When it was looked. */
  at: string;
  /** The process that looked. */
  node: string;
  /** By which the caller is counted: their own, where a proxy before us says it rightly. */
  yourAddress: string;
  findings: DoctorFinding[];
}
