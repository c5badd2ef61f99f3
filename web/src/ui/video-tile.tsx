import { useEffect, useRef, useState } from "preact/hooks";

import type { Image } from "../cloud/records";
import { duration } from "../format";
import { words } from "../words/language";
import { Play } from "./icons";
import { useReading } from "./reading";
import { useStore } from "./store";
import { lengthOf } from "./video-words";

/** What lies over the poster of a video in the gallery: how long it is, and three seconds of it. */
export function VideoTile(props: { image?: Image }) {
  const { image } = props;
  const mark = useRef<HTMLSpanElement>(null);
  const moving = useAttention(mark);
  const length = image && lengthOf(image);
  return (
    <>
      {image?.preview && moving && <MovingPreview image={image} />}
      <span ref={mark} class="tile-length">
        <Play size={14} />
        {length !== undefined && (
          <>
            <span class="visually-hidden">{words().videos.videoMark} </span>
            {duration(length)}
          </>
        )}
      </span>
    </>
  );
}

/** Three seconds that move, over the poster. */
export function MovingPreview(props: { image: Image }) {
  const { cloud } = useStore();
  const key = props.image.preview?.key;
  const { value } = useReading(
    key ? () => cloud.address(cloud.deployment.processedBucket, key) : undefined,
    [key],
  );
  if (!value) return null;
  return <img class="picture" src={value} alt="" />;
}

/** Whether the tile around an element has the mouse or the focus of somebody who likes motion. */
function useAttention(element: { current: HTMLElement | null }): boolean {
  const [given, setGiven] = useState(false);
  useEffect(() => {
    const tile = element.current?.closest("li");
    if (!tile || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const begin = () => setGiven(true);
    const end = () => setGiven(false);
    const events = { mouseenter: begin, focusin: begin, mouseleave: end, focusout: end };
    for (const [name, listener] of Object.entries(events)) tile.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of Object.entries(events))
        tile.removeEventListener(name, listener);
    };
  }, []);
  return given;
}
