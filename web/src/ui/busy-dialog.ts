/** Listeners of a dialog that stays open while something is being done: Escape does not stop it. */
export function staysOpen(busy = false) {
  return {
    onKeyDown(event: KeyboardEvent) {
      if (busy && event.key === "Escape") event.preventDefault();
    },
    // Other ways to close it, like the gesture of a phone.
    onCancel(event: Event) {
      if (busy) event.preventDefault();
    },
  };
}
