/**
 * Everything of signing in, with the SDK that it takes: loaded while the page is already there, so
 * that nobody waits for it to see where they are.
 */

export * from "./login";
export * from "./session";
