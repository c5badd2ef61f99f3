/** The place in the gallery: it is kept while a photo is open, and found again after it. */

import { useLayoutEffect, useRef } from "preact/hooks";

import { addressOf } from "./routes";

/**
 * Keep the gallery's place while `opened` is a photo. `leave` has to be called before the page follows
 * an address. On the way back, the photo that was open last has the focus and is in view.
 */
export function usePlace(opened: string | undefined): { leave(): void } {
  const top = useRef(0);
  const last = useRef<string>();
  const isOpen = useRef(opened !== undefined);

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
      focusTile(addressOf(last.current));
    }
  }, [opened]);

  return {
    leave() {
      if (!isOpen.current) top.current = scrollY;
    },
  };
}

/** Focus a photo's tile, and bring it into view if it is not; the gallery's heading if it is gone. */
function focusTile(address: string): void {
  const links = document.querySelectorAll<HTMLElement>(".gallery a");
  const link = [...links].find((one) => one.getAttribute("href") === address);
  if (!link) {
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    return;
  }
  link.focus({ preventScroll: true });
  const { top, bottom } = link.getBoundingClientRect();
  const header = document.querySelector(".header")?.getBoundingClientRect().bottom ?? 0;
  if (top < header || bottom > innerHeight) link.scrollIntoView({ block: "center" });
}
