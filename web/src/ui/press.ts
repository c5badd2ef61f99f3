/** A finger that stays on something for a while, which means another thing than a tap. */

import { useRef } from "preact/hooks";

const LONG_MS = 500;
/** A finger is never quite still. */
export const STILL_PX = 10;

/** What hears that a finger has stayed on something within it. */
export const LONG_PRESS = "longpress";

/**
 * Listeners that call back once a finger has stayed; the click that follows is not one. Then the event
 * `LONG_PRESS` is told of the finger, from where they listen upwards.
 */
export function useLongPress(onLongPress: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const start = useRef({ x: 0, y: 0 });
  const isLong = useRef(false);
  const stop = () => clearTimeout(timer.current);
  return {
    onTouchStart(event: TouchEvent) {
      const [finger, second] = event.touches;
      stop();
      isLong.current = false;
      if (!finger || second) return;
      start.current = { x: finger.clientX, y: finger.clientY };
      const place = event.currentTarget;
      timer.current = setTimeout(() => {
        isLong.current = true;
        onLongPress();
        place?.dispatchEvent(new CustomEvent(LONG_PRESS, { bubbles: true, detail: finger }));
      }, LONG_MS);
    },
    onTouchMove(event: TouchEvent) {
      const finger = event.touches[0];
      const { x, y } = start.current;
      if (!finger || Math.hypot(finger.clientX - x, finger.clientY - y) > STILL_PX) stop();
    },
    onTouchEnd: stop,
    onTouchCancel: stop,
    onContextMenu(event: Event) {
      if (isLong.current) event.preventDefault(); // the browser's menu for a link
    },
    onClickCapture(event: Event) {
      if (!isLong.current) return;
      isLong.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
