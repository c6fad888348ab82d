export * from "../../audit-chain-tables";
export * from "./operations";
export * from "./payout-holds";
export * from "./reversals";
export * from "./settlement";
export * from "./withdrawals";
