export * from "./gifts";
export * from "./ledger";
export * from "./policies";
export * from "./recharge";
export * from "./refunds";
export * from "./rooms";
export * from "./supporters";
export * from "./users";
