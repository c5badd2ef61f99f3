/** Fingers, a mouse and its wheel on a map: they move and zoom it. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Whoever moves a finger or the mouse by less, in pixels, has not meant to. */
const STILL = 6;
/** So many pixels of a wheel, or so many lines, make all twice as large. */
const WHEEL_PIXELS = 300;
const WHEEL_LINES = 12;

interface Moves {
  /** By so many pixels to the right and down. */
  move(right: number, down: number): void;
  /** So many times as large; what is so far from the middle stays there. */
  zoom(times: number, at: [right: number, down: number]): void;
}

interface Point {
  x: number;
  y: number;
}

/** What a map is to be given. What is on it is not clicked on by whoever has moved the map. */
export function useMapPointers(map: RefObject<HTMLElement>, moves: Moves) {
  const latest = useRef(moves);
  latest.current = moves;
  const down = useRef(new Map<number, Point>());
  const travelled = useRef(0);

  const fromMiddle = ({ x, y }: Point): [number, number] => {
    const box = map.current!.getBoundingClientRect();
    return [x - box.left - box.width / 2, y - box.top - box.height / 2];
  };

  // A wheel would scroll the page: Preact's own handler could not keep it from that.
  useLayoutEffect(() => {
    const element = map.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? WHEEL_PIXELS : WHEEL_LINES;
      // A pinch on a touchpad comes as a wheel with Ctrl, in small steps.
      const turned = event.deltaY * (event.ctrlKey ? 4 : 1);
      const at = fromMiddle({ x: event.clientX, y: event.clientY });
      latest.current.zoom(2 ** (-turned / unit), at);
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, []);

  const lift = ({ pointerId }: PointerEvent) => down.current.delete(pointerId);

  return {
    onPointerDown({ pointerId, button, clientX: x, clientY: y }: PointerEvent) {
      if (button !== 0) return;
      if (down.current.size === 0) travelled.current = 0;
      down.current.set(pointerId, { x, y });
    },
    onPointerMove({ pointerId, buttons, clientX: x, clientY: y }: PointerEvent) {
      const points = down.current;
      if (buttons === 0) points.delete(pointerId); // it was lifted outside of the map
      const last = points.get(pointerId);
      if (!last) return;
      const before = [...points.values()];
      travelled.current += Math.hypot(x - last.x, y - last.y);
      points.set(pointerId, { x, y });
      if (travelled.current < STILL) return;
      map.current?.setPointerCapture(pointerId); // the mouse may leave the map meanwhile
      const after = [...points.values()];
      const [from, to] = [middle(before), middle(after)];
      latest.current.move(to.x - from.x, to.y - from.y);
      if (points.size === 2)
        latest.current.zoom(distance(after) / Math.max(distance(before), 1), fromMiddle(to));
    },
    onPointerUp: lift,
    onPointerCancel: lift,
    onDragStart(event: DragEvent) {
      event.preventDefault(); // a picture would be dragged, and not the map
    },
    onDblClick(event: MouseEvent) {
      if (event.target instanceof Element && event.target.closest("a")) return;
      latest.current.zoom(2, fromMiddle({ x: event.clientX, y: event.clientY }));
    },
    onClickCapture(event: MouseEvent) {
      // A key clicks, too: that has no detail.
      if (travelled.current < STILL || event.detail === 0) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

function middle(points: readonly Point[]): Point {
  const sum = points.reduce((all, { x, y }) => ({ x: all.x + x, y: all.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

function distance(points: readonly Point[]): number {
  const [one, other] = points as [Point, Point];
  return Math.hypot(one.x - other.x, one.y - other.y);
}
