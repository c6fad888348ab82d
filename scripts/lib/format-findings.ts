import { createTranslator } from "next-intl";
import type { DoctorFinding } from "@/domain/contracts/doctor";
import { escapeControls } from "@/domain/rules/escape-controls";
import messages from "@/messages/en.json";

const MARKS = { fits: "ok     ", warning: "warning", fault: "FAULT  " } as const;

/** A finding in the words of the operators' page. */
export function describeFinding({ check, problem, facts }: DoctorFinding): {
  says: string;
  mend: string | null;
} {
  const t = createTranslator({ locale: "en", messages, namespace: "adminDoctor" });
  const found = problem === null ? t(`fits.${check}`, facts) : t(`problems.${problem}.found`, facts);
  return {
    says: tidy(`${t(`checks.${check}`)}: ${found}`),
    mend: problem === null ? null : tidy(t(`problems.${problem}.mend`, facts)),
  };
}

/** A line for each finding, and below what is wrong a line with what mends it. */
export function formatFindings(findings: readonly DoctorFinding[]): string[] {
  return findings.flatMap((finding) => {
    const { says, mend } = describeFinding(finding);
    const line = `${MARKS[finding.outcome]}  ${says}`;
    return mend === null ? [line] : [line, `         → ${mend}`];
  });
}

/** Without the marks that keep people's words apart in a browser; a terminal shows them as boxes. */
const tidy = (text: string) => escapeControls(text.replaceAll(/[\u2068\u2069]/g, ""));
