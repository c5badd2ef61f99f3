/** What this browser stores for the page: JSON in localStorage, under names that begin with `darkroom.`. */

export const PREFIX = "darkroom.";

/** The name of the language that was chosen here: it says nothing of a session. */
export const LANGUAGE = "language";

/** The stored value of a name; undefined if there is none or it cannot be read. */
export function readStored<T>(name: string): T | undefined {
  try {
    return (JSON.parse(localStorage.getItem(PREFIX + name) ?? "null") as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Store a value; throws a QuotaExceededError when the browser has no room for it. */
export function store(name: string, value: unknown): void {
  localStorage.setItem(PREFIX + name, JSON.stringify(value));
}

export function removeStored(name: string): void {
  localStorage.removeItem(PREFIX + name);
}

/** Whether anything is stored: then there may be a session to restore. */
export function hasStored(): boolean {
  return Object.keys(localStorage).some(
    (name) => name.startsWith(PREFIX) && name !== PREFIX + LANGUAGE,
  );
}
