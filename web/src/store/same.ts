/** The earlier value if both have the same content, so that what has not changed is not drawn again. */
export function same<T>(before: T | undefined, after: T): T {
  return before !== undefined && canonical(before) === canonical(after) ? before : after;
}

/** JSON with sorted names: DynamoDB returns the entries of a map in any order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
