/** Shared with the web process, which must not import workers. */
export * from "@/server/observability/process";
