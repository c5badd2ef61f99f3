/** Keys that are pressed anywhere on the page. */

import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * Hear of each key from the moment in which something is shown: an effect would come after the next
 * key. What hears of it knows what is shown now.
 */
export function useKeys(press: (event: KeyboardEvent) => void): void {
  const latest = useRef(press);
  latest.current = press;

  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent) => latest.current(event);
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
}

/** Whether a dialog or a panel lies over the photos: keys are meant for that. */
export function isCovered(): boolean {
  return document.querySelector("dialog[open], .panel") !== null;
}

/** Whether a key or a button is pressed together with one that makes it a command of the browser. */
export function isCommand({ altKey, ctrlKey, metaKey }: KeyboardEvent | MouseEvent): boolean {
  return altKey || ctrlKey || metaKey;
}
