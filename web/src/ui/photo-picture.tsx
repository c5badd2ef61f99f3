import { useRef, useState } from "preact/hooks";

import type { Image } from "../cloud/records";
import { isMirrored, words } from "../words/language";
import { FullView } from "./full-view";
import { Pause, Play } from "./icons";
import type { Ways } from "./neighbours";
import { movingOf, Picture } from "./picture";
import { useStore } from "./store";

/** A finger that moves so many CSS pixels aside, and more aside than down, goes to the next photo. */
const SWIPE = 50;

/** The picture of the photo view. A swipe goes to the photo beside it; an animation can be stopped. */
export function PhotoPicture(props: { image: Image; name: string; go: Ways }) {
  const { uploads } = useStore();
  const { image, name } = props;
  const say = words();
  // The sides as they were known at first: the page does not move when they change.
  const [[width, height]] = useState<[number, number]>([image.width ?? 3, image.height ?? 2]);
  const [moving, setMoving] = useState(
    () => !matchMedia("(prefers-reduced-motion: reduce)").matches,
  );
  const isAnimation = movingOf(image) !== undefined;
  const swipe = useSwipe(props.go);
  return (
    <div
      class="photo-picture"
      style={{
        aspectRatio: `${width} / ${height}`,
        // No taller than the window leaves room for, and no larger than its pixels.
        maxWidth: `min(${width}px, var(--room) * ${width / height})`,
        backgroundColor: image.dominant_colour,
      }}
      {...swipe}
    >
      <Picture
        image={image}
        preview={uploads.previewOf(image.image)}
        side={Math.min(innerWidth, innerHeight) * 0.8}
        alt={say.photo.picture(name)}
        moving={moving && isAnimation}
        eager
        urgent
      />
      <FullView image={image} name={name} />
      {isAnimation && (
        <button
          type="button"
          class="icon-button on-picture photo-motion"
          aria-label={moving ? say.photo.stopAnimation : say.photo.playAnimation}
          title={moving ? say.photo.stop : say.photo.play}
          onClick={() => setMoving(!moving)}
        >
          {moving ? <Pause /> : <Play />}
        </button>
      )}
    </div>
  );
}

/** Listeners that follow a finger with what it swipes, and go where it went. */
function useSwipe(go: Ways) {
  const start = useRef<{ x: number; y: number }>();
  const follow = (element: HTMLElement, pixels: number) => {
    element.style.translate = pixels ? `${pixels}px` : "";
  };
  /** What a finger pulls in that moves so far to the right: newer photos are where lines begin. */
  const wayOf = (x: number) => (x > 0 === isMirrored() ? go.older : go.newer);
  const awayFrom = (touch: Touch | undefined) =>
    touch && start.current
      ? { x: touch.clientX - start.current.x, y: touch.clientY - start.current.y }
      : { x: 0, y: 0 };
  return {
    onTouchStart(event: TouchEvent) {
      const [finger, second] = event.touches;
      // Two fingers zoom, and one moves what is zoomed.
      const isSwipe = finger && !second && (visualViewport?.scale ?? 1) < 1.05;
      start.current = isSwipe ? { x: finger.clientX, y: finger.clientY } : undefined;
    },
    onTouchMove(event: TouchEvent & { currentTarget: HTMLElement }) {
      const { x, y } = awayFrom(event.touches[0]);
      const leads = wayOf(x);
      if (Math.abs(x) > Math.abs(y)) follow(event.currentTarget, leads ? x : x / 4);
    },
    onTouchEnd(event: TouchEvent & { currentTarget: HTMLElement }) {
      const { x, y } = awayFrom(event.changedTouches[0]);
      start.current = undefined;
      follow(event.currentTarget, 0);
      if (Math.abs(x) < SWIPE || Math.abs(x) < Math.abs(y)) return;
      wayOf(x)?.();
    },
    onTouchCancel(event: TouchEvent & { currentTarget: HTMLElement }) {
      start.current = undefined;
      follow(event.currentTarget, 0);
    },
  };
}
