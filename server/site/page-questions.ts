/** What pages ask the web process for while they are made, so that the first picture has it. Only what is read. */
export const PAGE_QUERIES = [
  "session.me",
  "session.stops",
  "me.account",
  "me.profile",
  "me.sessions",
  "follow.list",
  "wallet.balance",
  "wallet.caps",
  "wallet.products",
  "wallet.order",
  "wallet.statement",
  "room.list",
  "category.list",
  "room.get",
  "room.mine",
  "room.stats",
  "room.restricted",
  "room.top",
  "chat.history",
  "chat.searchRemoved",
  "gift.list",
  "gift.history",
  "rain.mine",
  "rain.get",
  "rain.verify",
  "finance.summary",
  "finance.lines",
  "finance.withdrawals",
  "finance.withdrawalLimits",
  "finance.reversals",
  "analytics.audience",
  // For operators.
  "ops.attention",
  "ops.overview",
  "ops.live",
  "ops.services",
  "ops.servicesOverview",
  "ops.calls",
  "ops.trace",
  "ops.traces",
  "ops.alarms",
  "ops.alarmRules",
  "ops.proposals",
  "ops.fourEyes",
  "ops.deadLetters",
  "ops.deadLetter",
  "ops.jobs",
  "ops.settings",
  "ops.ipBlocks",
  "ops.mediaHosts",
  "ops.phoneChangePolicy",
  "ops.retentionPolicy",
  "people.search",
  "people.get",
  "people.sessions",
  "people.applications",
  "tag.list",
  "chat.words",
  "chat.reports",
  "category.all",
  "product.list",
  "room.search",
  "gift.search",
  "gift.refunds",
  "gift.catalogue",
  "rain.search",
  "rain.grants",
  "wallet.rechargeOrders",
  "wallet.capsPolicy",
  "wallet.find",
  "wallet.inspect",
  "wallet.statementOf",
  "finance.reconciliation",
  "analytics.tips",
  "analytics.profiles",
  "analytics.affinity",
  "analytics.runs",
  "simulator.status",
] as const;
export type PageQuery = (typeof PAGE_QUERIES)[number];

/** Names the request for whose caller a page is made. Whatever a caller wrote there is overwritten. */
export const PAGE_CALL_HEADER = "x-downpour-page-call";

/** From the site's thread to the web process'. */
export interface PageQuestion {
  question: number;
  call: string;
  path: PageQuery;
  input: unknown;
}
/** And back: what the procedure answers as JSON; nothing where it refused or took too long, for browsers ask again. */
export interface PageAnswer {
  answerTo: number;
  json: string | undefined;
}

export const isPageQuestion = (message: unknown): message is PageQuestion =>
  typeof message === "object" && message !== null && "question" in message;
export const isPageAnswer = (message: unknown): message is PageAnswer =>
  typeof message === "object" && message !== null && "answerTo" in message;
