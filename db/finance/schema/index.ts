export * from "./operations";
export * from "./reversals";
export * from "./settlement";
export * from "./withdrawals";
