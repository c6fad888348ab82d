import { readReadiness } from "../lib/read-readiness";
import type { Scenario } from "../lib/scenario";
import type { LinkName, UnwellRig } from "../lib/unwell-rig";

/**
 * Connections go silent without an end, as when a firewall forgets them; new ones would work from half of the fault on. The
 * old ones stay silent for ever: whoever waits for them waits until somebody cuts them.
 */
function silence(name: string, link: LinkName, fault: string, extra: Partial<Scenario> = {}): Scenario {
  return {
    name,
    fault,
    async inject(rig) {
      rig.proxies[link].silence();
      return async () => rig.proxies[link].passNewOnes();
    },
    async after(rig) {
      rig.proxies[link].pass();
      return [];
    },
    ...extra,
  };
}

export const SILENCE: readonly Scenario[] = [
  silence("silence-web-redis", "web-redis", "web ↔ Redis silent, for the old connections for ever"),
  silence("silence-web-live", "web-live", "web ↔ live database silent, for the old connections for ever", {
    faultMs: 12_000,
  }),
  silence(
    "silence-debit-live",
    "debit-live",
    "gift-debit ↔ live database silent, for the old connections for ever",
    {
      faultMs: 15_000,
      // Nothing moves: its health has to say so.
      during: expectNotReady("gift-debit"),
    },
  ),
  silence(
    "silence-debit-redis",
    "debit-redis",
    "gift-debit ↔ Redis silent, for the old connections for ever",
    {
      faultMs: 15_000,
      during: expectNotReady("gift-debit"),
    },
  ),
];

function expectNotReady(name: "gift-debit" | "web") {
  return async (rig: UnwellRig): Promise<string[]> => {
    const process = rig.processes[name];
    if (!process) throw new Error(`${name} does not run.`);
    return (await readReadiness(process)) ? [`${name} says that it is ready`] : [];
  };
}
