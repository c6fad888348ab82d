export const LIVE_TEMPLATE = "template_live";
export const FINANCE_TEMPLATE = "template_finance";

/** Database 0 counts which of the others comes next. */
export const REDIS_DATABASES = 256;
