/** What of the gallery is in view: it follows the window as it is scrolled and resized. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { type Layout, photoAt, topOf } from "./gallery-layout";

/** A part of the gallery, in CSS pixels from its top. */
export interface View {
  /** The gallery's width; 0 until it is known. */
  width: number;
  /** The size of letters, which follows the settings of the browser. */
  rem: number;
  top: number;
  height: number;
}

/** The view moves in steps of so many pixels, for not every pixel needs another drawing. */
export const STEP = 128;
const UNKNOWN: View = { width: 0, rem: 16, top: 0, height: 0 };

export function useView(gallery: RefObject<HTMLElement>): View {
  const [view, setView] = useState(UNKNOWN);

  useLayoutEffect(() => {
    const element = gallery.current;
    if (!element) return;
    const look = () => {
      const { top, width } = element.getBoundingClientRect();
      if (width === 0) return; // it is hidden behind a photo, and stays as it was
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const now = { width, rem, top: Math.floor(-top / STEP) * STEP, height: innerHeight };
      setView((before) =>
        before.width === now.width &&
        before.rem === now.rem &&
        before.top === now.top &&
        before.height === now.height
          ? before
          : now,
      );
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      observer.disconnect();
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, []);

  return view;
}

/**
 * Keep what is seen where it is when the layout changes: photos come, go and find their days above it.
 * `headHeight` of the window is covered. At the top, what is new is seen.
 */
export function useSteadyView(
  gallery: RefObject<HTMLElement>,
  layout: Layout,
  headHeight: () => number,
): void {
  const before = useRef(layout);

  useLayoutEffect(() => {
    const earlier = before.current;
    before.current = layout;
    const element = gallery.current;
    if (!element || earlier === layout || earlier.width === 0 || element.offsetWidth === 0) return;
    const top = headHeight() - element.getBoundingClientRect().top;
    if (top <= 1) return; // places on the screen are fractions of pixels
    const seen = photoAt(earlier, top);
    const from = seen === undefined ? undefined : topOf(earlier, seen);
    const to = seen === undefined ? undefined : topOf(layout, seen);
    if (from !== undefined && to !== undefined) scrollBy({ top: to - from, behavior: "instant" });
  }, [layout]);
}
