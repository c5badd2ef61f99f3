/** The place in the gallery: it is kept while a photo is open, and found again after it. */

import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * Keep the gallery's place while `opened` is a photo. `leave` has to be called before the page follows
 * an address. On the way back, the photo that was open last is `focus`: what the gallery is to focus.
 */
export function usePlace(opened: string | undefined): {
  leave(): void;
  focus: Signal<string | undefined>;
} {
  const top = useRef(0);
  const last = useRef<string>();
  const isOpen = useRef(opened !== undefined);
  const focus = useSignal<string | undefined>(undefined);

  useLayoutEffect(() => {
    // The browser would restore a place before the gallery is there again.
    history.scrollRestoration = "manual";
    return () => {
      history.scrollRestoration = "auto";
    };
  }, []);

  useLayoutEffect(() => {
    isOpen.current = opened !== undefined;
    if (opened !== undefined) {
      scrollTo({ top: 0 });
      last.current = opened;
    } else if (last.current !== undefined) {
      scrollTo({ top: top.current });
      focus.value = last.current;
    }
  }, [opened]);

  return {
    leave() {
      if (!isOpen.current) top.current = scrollY;
    },
    focus,
  };
}
