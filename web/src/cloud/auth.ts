/** Everything that signing in takes. The page loads it after its first frame. */

export * from "./passwords";
export * from "./session";
export * from "./user-pool";
