/** The place in a list of photos: it is kept while a photo is open, and found again after it. */

import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

import { ALBUMS, type Route } from "./routes";

/**
 * Keep the places in the gallery, and in each other list, while something else is shown. `leave` has to
 * be called before the page follows an address. On the way back to a list, what was open last is `focus`:
 * the photo, or the album as a list, that is to have the focus. What is not there is the heading.
 */
export function usePlace({ photo, list }: Route): {
  leave(): void;
  focus: Signal<string | undefined>;
} {
  const tops = useRef(new Map<string | undefined, number>());
  const shown = useRef<Route>({ photo, list });
  const focus = useSignal<string | undefined>(undefined);

  useLayoutEffect(() => {
    // The browser would restore a place before the photos are there again.
    history.scrollRestoration = "manual";
    return () => {
      history.scrollRestoration = "auto";
    };
  }, []);

  useLayoutEffect(() => {
    const before = shown.current;
    shown.current = { photo, list };
    if (photo !== undefined) {
      scrollTo({ top: 0 });
    } else if (before.photo !== undefined || before.list !== list) {
      scrollTo({ top: tops.current.get(list) ?? 0 });
      if (before.list === list) focus.value = before.photo;
      else if (list === undefined)
        focus.value = ""; // the heading
      else if (list === ALBUMS) focus.value = before.list;
    }
  }, [photo, list]);

  return {
    leave() {
      if (shown.current.photo === undefined) tops.current.set(shown.current.list, scrollY);
    },
    focus,
  };
}
