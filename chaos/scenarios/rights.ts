import type { Scenario } from "../lib/scenario";
import { asSuperuser } from "../lib/superuser";
import type { UnwellRig } from "../lib/unwell-rig";

/** The live database lives and says no: whatever the reason, it is none of a gift's own. */
const onLive = (rig: UnwellRig, ...statements: string[]) =>
  asSuperuser(rig.stack.postgres, "downpour_live", async (sql) => {
    for (const statement of statements) await sql.unsafe(statement);
  });
const CUT_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'downpour_app'";

const wrong = (
  name: string,
  fault: string,
  how: { inject: string[]; heal: (rig: UnwellRig) => string },
): Scenario => ({
  name,
  fault,
  async inject(rig) {
    await onLive(rig, ...how.inject);
    return () => onLive(rig, how.heal(rig));
  },
});

export const RIGHTS: readonly Scenario[] = [
  wrong("password-changed", "the application's password was changed in the live database", {
    inject: ["ALTER ROLE downpour_app PASSWORD 'another'", CUT_ALL],
    heal: ({ stack }) => `ALTER ROLE downpour_app PASSWORD '${stack.postgres.passwords.application}'`,
  }),
  wrong("role-nologin", "the application's role may not log in to the live database", {
    inject: ["ALTER ROLE downpour_app NOLOGIN", CUT_ALL],
    heal: () => "ALTER ROLE downpour_app LOGIN",
  }),
  wrong("right-revoked", "the right to add gifts revoked", {
    inject: ["REVOKE INSERT ON gift_records FROM downpour_app"],
    heal: () => "GRANT INSERT ON gift_records TO downpour_app",
  }),
  wrong("column-missing", "a column of the gifts missing", {
    inject: ["ALTER TABLE gift_records RENAME COLUMN combo_id TO combo_id_gone"],
    heal: () => "ALTER TABLE gift_records RENAME COLUMN combo_id_gone TO combo_id",
  }),
];
