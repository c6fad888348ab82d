/** What an operator asks of a job. */
export type JobAsk = "run" | "pause" | "resume" | "change";
