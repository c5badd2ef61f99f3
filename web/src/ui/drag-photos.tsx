/** Photos of a list that are moved within it: with the mouse, with a finger, or by keys. */

import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

import { apart } from "../store/albums";
import { shownName } from "../uploads/keys";
import { isMirrored, keyInOrder, words } from "../words/language";
import { type Gap, gapAt, gapBehind } from "./gallery-layout";
import { isCommand } from "./keys";
import type { Frame } from "./photo-days";
import { LONG_PRESS, STILL_PX } from "./press";
import { useStore } from "./store";

/** A mouse that is pressed and has moved so far is not a click. */
const CLICK_PX = 6;
/** The page scrolls while the mouse or the finger is so near to an edge: faster, the nearer it is. */
const EDGE_PX = 72;
const PX_PER_SECOND = 1_400;
/** Of a frame that comes late only so much counts. */
const FRAME_MS = 50;

/** Photos that are lifted: `photo` is the one under the mouse, or with the focus. */
interface Lifted {
  photo: string;
  photos: readonly string[];
  /** So many of the other photos will come before them. */
  at: number;
  gap: Gap;
  /** Whether keys move them: then the page scrolls to where they will land. */
  byKeys: boolean;
}

/** Where the mouse or the finger is in the window, in CSS pixels. */
interface Point {
  clientX: number;
  clientY: number;
}

/**
 * Lifts the photos of `frame`, shows where they will land, and says so. `order` is the list as it is;
 * `onMove` is told how many of the other photos are to come before them. `focus` is the photo that is to
 * have the focus afterwards.
 */
export function DragPhotos(props: {
  frame: Frame;
  order: readonly string[];
  focus: Signal<string | undefined>;
  onMove: (photos: readonly string[], at: number) => void;
}) {
  const { library, selection } = useStore();
  const lifted = useSignal<Lifted | undefined>(undefined);
  const said = useSignal("");
  const latest = useRef(props);
  latest.current = props;
  const landing = useRef<HTMLDivElement>(null);

  const nameOf = ({ photos, photo }: Lifted) =>
    photos.length > 1
      ? words().gallery.count(photos.length, library.nounOf(photos))
      : shownName(photo);
  const length = () => latest.current.order.length;

  /** Lift a photo, and all that are selected if it is one of them. */
  function lift(photo: string, byKeys: boolean): Lifted {
    const { order, frame } = latest.current;
    const chosen = selection.keys.peek();
    const { moved } = apart(order, chosen.has(photo) ? [...chosen] : [photo]);
    const before = order.indexOf(photo);
    const at = apart(order.slice(0, before), moved).others.length;
    const one = { photo, photos: moved, at, gap: gapBehind(frame.layout, before), byKeys };
    lifted.value = one;
    frame.keep(photo);
    said.value = words().library.lifted(nameOf(one), at + 1, length());
    return one;
  }

  function moveTo(gap: Gap): void {
    const one = lifted.peek();
    if (!one || (gap.left === one.gap.left && gap.top === one.gap.top)) return;
    const at = apart(latest.current.order.slice(0, gap.before), one.photos).others.length;
    if (at !== one.at) said.value = words().library.over(at + 1, length());
    lifted.value = { ...one, at, gap };
  }

  /** Put them down where they are to land, or back. */
  function end(isDone: boolean, takeFocus = true): void {
    const one = lifted.peek();
    if (!one) return;
    const { focus, frame, onMove } = latest.current;
    lifted.value = undefined;
    frame.keep(undefined);
    const name = nameOf(one);
    said.value = isDone
      ? words().library.putDown(name, one.at + 1, length())
      : words().library.putBack(name);
    if (takeFocus) focus.value = one.photo; // it has another place in the document, too
    if (isDone) onMove(one.photos, one.at);
  }

  useLayoutEffect(() => {
    const area = latest.current.frame.area.current;
    if (!area) return;
    let session = new AbortController();
    const finish = (isDone: boolean, takeFocus?: boolean) => {
      session.abort();
      end(isDone, takeFocus);
    };
    const begin = () => {
      finish(false, false);
      session = new AbortController();
      return session.signal;
    };

    /** Mark a tile as lifted, with its photo, for as long as the session lasts. */
    function mark(tile: HTMLElement, photo: string, byKeys: boolean, signal: AbortSignal): void {
      tile.dataset.lifted = String(lift(photo, byKeys).photos.length);
      signal.addEventListener("abort", () => {
        delete tile.dataset.lifted;
        tile.style.transform = "";
      });
    }

    /** Have a tile follow from a point on, and the page scroll at its edges. */
    function follow(tile: HTMLElement, photo: string, from: Point, signal: AbortSignal) {
      mark(tile, photo, false, signal);
      const start = from.clientY - area!.getBoundingClientRect().top;
      let now = from;
      let time = performance.now();
      const look = () => {
        const box = area!.getBoundingClientRect();
        const left = isMirrored() ? box.right - now.clientX : now.clientX - box.left;
        const down = now.clientY - box.top;
        tile.style.transform = `translate(${now.clientX - from.clientX}px, ${down - start}px)`;
        moveTo(gapAt(latest.current.frame.layout, left, down));
      };
      const go = (at: number) => {
        if (signal.aborted) return;
        const passed = Math.max(0, Math.min(FRAME_MS, at - time));
        const way = (speedAt(now.clientY, latest.current.frame.covered()) * passed) / 1000;
        time = at;
        if (way) scrollBy({ top: way, behavior: "instant" });
        look();
        requestAnimationFrame(go);
      };
      requestAnimationFrame(go);
      return (point: Point) => {
        now = point;
        look();
      };
    }

    function onPointerDown(down: PointerEvent): void {
      const { photo, tile } = found(down.target);
      const isPlain = down.button === 0 && !down.shiftKey && !isCommand(down);
      if (!photo || !tile || down.pointerType !== "mouse" || !isPlain) return;
      const signal = begin();
      let to: ReturnType<typeof follow> | undefined;
      const onMove = (point: PointerEvent) => {
        if (!to && distance(down, point) > CLICK_PX) {
          to = follow(tile, photo, down, signal);
          swallowClick();
        }
        to?.(point);
      };
      const onUp = (point: PointerEvent) => {
        to?.(point);
        finish(true);
      };
      addEventListener("pointermove", onMove, { signal });
      addEventListener("pointerup", onUp, { signal });
      addEventListener("pointercancel", () => finish(false), { signal });
    }

    function onLongPress(event: Event): void {
      const finger: Touch = (event as CustomEvent).detail;
      const { photo, tile } = found(finger.target);
      if (!photo || !tile) return;
      const signal = begin();
      let to: ReturnType<typeof follow> | undefined;
      const onMove = (moved: Event) => {
        const [point, second] = (moved as TouchEvent).touches;
        if (moved.cancelable) moved.preventDefault(); // or the page would scroll
        if (!point || second) return finish(false);
        if (!to && distance(finger, point) > STILL_PX) {
          selection.toggle(photo); // who drags does not select
          to = follow(tile, photo, finger, signal);
        }
        to?.(point);
      };
      // The target itself hears of its finger even when it is in the document no longer.
      const { target } = finger;
      target.addEventListener("touchmove", onMove, { signal, passive: false });
      target.addEventListener("touchend", () => finish(true), { signal });
      target.addEventListener("touchcancel", () => finish(false), { signal });
    }

    function onKeyDown(event: KeyboardEvent): void {
      const { photo, tile } = found(event.target);
      if (event.key !== " " || !photo || !tile || isCommand(event)) return;
      event.preventDefault();
      const signal = begin();
      mark(tile, photo, true, signal);
      addEventListener("keydown", onKeyOfLifted, { signal, capture: true });
      addEventListener("pointerdown", () => finish(false, false), { signal, capture: true });
    }

    function onKeyOfLifted(event: KeyboardEvent): void {
      const one = lifted.peek();
      if (!one || isCommand(event)) return;
      const { order, frame } = latest.current;
      const { others } = apart(order, one.photos);
      const goal = {
        ArrowLeft: one.at - 1,
        ArrowRight: one.at + 1,
        ArrowUp: one.at - frame.layout.columns,
        ArrowDown: one.at + frame.layout.columns,
        Home: 0,
        End: others.length,
      }[keyInOrder(event.key)];
      if (event.key === "Tab") finish(false, false);
      else if (event.key === " " || event.key === "Enter") {
        stop(event);
        finish(true);
      } else if (goal !== undefined) {
        stop(event);
        const next = others[Math.max(0, goal)];
        moveTo(gapBehind(frame.layout, next === undefined ? order.length : order.indexOf(next)));
      }
    }

    function onEscape(event: KeyboardEvent): void {
      if (event.key !== "Escape" || !lifted.peek()) return;
      stop(event); // it would end a selection, or lead to all albums
      finish(false);
    }

    function found(target: EventTarget | null) {
      const link = target instanceof Element ? target.closest("a") : null;
      return { photo: latest.current.frame.photoOf(link), tile: link?.closest("li") };
    }

    area.addEventListener("pointerdown", onPointerDown);
    area.addEventListener(LONG_PRESS, onLongPress);
    area.addEventListener("keydown", onKeyDown);
    area.addEventListener("dragstart", stop); // the browser's own, of a link
    addEventListener("keydown", onEscape, { capture: true });
    return () => {
      session.abort();
      area.removeEventListener("pointerdown", onPointerDown);
      area.removeEventListener(LONG_PRESS, onLongPress);
      area.removeEventListener("keydown", onKeyDown);
      area.removeEventListener("dragstart", stop);
      removeEventListener("keydown", onEscape, { capture: true });
    };
  }, []);

  const { gap, byKeys } = lifted.value ?? {};
  useLayoutEffect(() => {
    if (byKeys) landing.current?.scrollIntoView({ block: "nearest", behavior: "instant" });
  }, [gap]);

  return (
    <>
      {gap && (
        <div
          ref={landing}
          class="landing"
          style={{
            insetInlineStart: `${gap.left}px`,
            top: `${gap.top}px`,
            height: `${props.frame.layout.side}px`,
          }}
        />
      )}
      <p class="visually-hidden" role="status">
        {said.value}
      </p>
    </>
  );
}

/** How fast the page scrolls, in CSS pixels a second, with something dragged at this height. */
function speedAt(height: number, covered: number): number {
  const below = Math.max(0, height - (innerHeight - EDGE_PX));
  const above = Math.max(0, covered + EDGE_PX - height);
  return (Math.min(EDGE_PX, below) - Math.min(EDGE_PX, above)) * (PX_PER_SECOND / EDGE_PX);
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}

/** What the mouse's button does when it is let go is no click. */
function swallowClick(): void {
  const over = new AbortController();
  const { signal } = over;
  addEventListener("click", stop, { signal, capture: true });
  addEventListener("pointerup", () => setTimeout(() => over.abort()), { signal, capture: true });
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
