/** A panel that a button opens, and that closes as soon as something else is looked at. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

export function usePanel<T extends HTMLElement>() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<T>(null);

  useLayoutEffect(() => {
    if (!open) return;
    panel.current?.focus();
    const close = (event: Event) => {
      const away = event.type === "pointerdown" || event.type === "focusin";
      const inside = event.target instanceof Node && panel.current?.contains(event.target);
      if (away && (inside || button.current?.contains(event.target as Node))) return;
      if (event instanceof KeyboardEvent && event.key !== "Escape") return;
      setOpen(false);
      if (event instanceof KeyboardEvent) button.current?.focus();
    };
    const events = ["keydown", "pointerdown", "focusin", "hashchange"];
    for (const name of events) addEventListener(name, close);
    return () => {
      for (const name of events) removeEventListener(name, close);
    };
  }, [open]);

  return { open, setOpen, button, panel };
}
