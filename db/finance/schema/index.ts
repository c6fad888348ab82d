export * from "./settlement";
