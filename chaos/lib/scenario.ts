import type { History, OperationHistory } from "./history";
import type { UnwellRig } from "./unwell-rig";

/** One fault of a store, a network, a clock or a crowd: how it comes, how it goes, and what may be seen of it. */
export interface Scenario {
  /** For the command line. */
  name: string;
  /** What is wrong, in the words of the table. */
  fault: string;
  /** Resolves with what ends it. Whoever does more than send gifts meanwhile writes that into the history as well. */
  inject(rig: UnwellRig, history: History): Promise<() => Promise<unknown>>;
  /** How long it lasts; 10 seconds unless told. */
  faultMs?: number;
  /** What a person has to do, where it does not end by itself. */
  needsPerson?: string;
  /** What people may be told besides "busy". */
  mayBeTold?: readonly string[];
  /** Looks while the fault lasts; each line is something that is not as it should be. */
  during?(rig: UnwellRig): Promise<string[]>;
  /** The same when everything has come to rest. */
  after?(rig: UnwellRig, history: readonly OperationHistory[], injectedAtMs: number): Promise<string[]>;
  /** Whether a restore has undone the operation. */
  isUndone?(one: OperationHistory): boolean;
  /** Senders whose gifts are not in the history: the scenario answers for them itself. */
  others?: ReadonlySet<string>;
  /** It leaves the stack in a state that no other scenario should begin with. */
  spoilsStack?: boolean;
}

/** What became of one run. */
export interface Outcome {
  scenario: Scenario;
  /** For the table: how often people were told what. */
  clientsSaw: string;
  /** From the end of the fault until nothing was left of it; null when it never ended. */
  recoveryMs: number | null;
  operations: number;
  lost: number;
  doubled: number;
  /** Everything that is not as it should be; empty when the scenario passes. */
  problems: string[];
}
