/** Lets the page be opened without a connection, where the browser can. */

interface ScriptPolicy {
  createScriptURL(address: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
}

const SHELL = "./shell.js";

/** Install the service worker once the page is there. Pages without TLS have none. */
export function keepShell(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  // The page's policy lets no text be a script's address, unless code says that it may.
  const address =
    trustedTypes?.createPolicy("shell", { createScriptURL: () => SHELL }).createScriptURL(SHELL) ??
    SHELL;
  addEventListener("load", () => {
    // Where it cannot be had, the page works with a connection as it did.
    navigator.serviceWorker.register(address).catch(() => {});
  });
}
