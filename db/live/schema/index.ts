export * from "./gifts";
export * from "./ledger";
export * from "./rooms";
export * from "./users";
