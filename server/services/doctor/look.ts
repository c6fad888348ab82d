import type { DoctorCheck, DoctorFacts, DoctorProblem } from "@/domain/contracts/doctor";
import { callReason } from "./call-reason";

/** What one check came to. */
export interface Looked {
  /** What was found where nothing is wrong. */
  facts: DoctorFacts;
  problems: FoundProblem[];
}

export interface FoundProblem {
  problem: DoctorProblem;
  facts: DoctorFacts;
}

/** Null: there is nothing to look at with these settings. */
export type Look = () => Promise<Looked | null>;
export type Looks = Partial<Record<DoctorCheck, Look>>;

export const fits = (facts: DoctorFacts = {}): Looked => ({ facts, problems: [] });
export const problem = (name: DoctorProblem, facts: DoctorFacts = {}): FoundProblem => ({
  problem: name,
  facts,
});
export const only = (name: DoctorProblem, facts: DoctorFacts = {}): Looked => ({
  facts: {},
  problems: [problem(name, facts)],
});

/** `look`, or the one problem that it could not be done. */
export const orOnly = (name: DoctorProblem, facts: DoctorFacts, look: Promise<Looked>): Promise<Looked> =>
  look.catch((error: unknown) => only(name, { ...facts, reason: callReason(error) }));
