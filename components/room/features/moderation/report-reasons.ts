/** What can be chosen; in the place of the last one may stand what somebody says. */
export const REPORT_REASONS = ["abuse", "spam", "sexual", "fraud", "other"] as const;
export type ReportReason = (typeof REPORT_REASONS)[number];

export const isReportReason = (reason: string): reason is ReportReason =>
  REPORT_REASONS.some((known) => known === reason);
