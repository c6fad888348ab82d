export * from "../../audit-chain-tables";
export * from "../../incarnation-table";
export * from "./operations";
export * from "./payout-holds";
export * from "./reversals";
export * from "./rewinds";
export * from "./settlement";
export * from "./withdrawals";
