/** A list of photos as what the page shows: its title, its keys, and the ways through it. */

import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";

import type { PhotoList } from "../store/gallery";
import { words } from "../words/language";
import { isCovered, useKeys } from "./keys";
import { listAddress } from "./routes";
import { useStore } from "./store";

/** What every list is given. */
export interface ListProps {
  focus: Signal<string | undefined>;
  /** Whether a photo is over it. */
  hidden: boolean;
}

/**
 * Have the page show a list that is within `place`. `photos` are those which the ways from a photo lead
 * through; `about` is what the list is of, `above` the list that Escape leads to.
 */
export function useList(
  place: RefObject<HTMLElement>,
  { focus, hidden }: ListProps,
  {
    photos,
    title,
    about,
    above,
  }: { photos?: PhotoList; title: string; about?: unknown; above?: string },
): void {
  const store = useStore();

  // Before the first frame: the ways from a photo lead through them.
  useLayoutEffect(() => {
    store.list.value = photos;
    return () => {
      store.list.value = undefined;
    };
  }, [photos]);

  useEffect(() => {
    if (hidden) return;
    const before = document.title;
    document.title = words().common.title(title);
    return () => {
      document.title = before;
    };
  }, [title, hidden]);

  useEffect(() => {
    // Whoever has come here, or has taken a filter away, is where the list begins.
    if (!hidden && document.activeElement === document.body && focus.peek() === undefined)
      place.current?.querySelector("h1")?.focus({ preventScroll: true });
  }, [about, hidden]);

  useKeys((event) => {
    if (hidden || event.key !== "Escape" || event.defaultPrevented) return;
    if (store.selection.isOn.peek() || isCovered()) return;
    if (event.target instanceof Element && event.target.closest("input, select")) return;
    location.hash = listAddress(above);
  });
}
