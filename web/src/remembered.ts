/** Whether this browser may have a session to restore, as far as can be told before all else. */
export function remembersSomebody(): boolean {
  return Object.keys(localStorage).some((name) => name.startsWith("darkroom."));
}
