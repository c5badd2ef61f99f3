import { useEffect, useRef, useState } from "preact/hooks";
import { thumbHashToDataURL } from "thumbhash";

import type { Image, Rendition } from "../cloud/records";
import { FIRST_PAUSE_MS, nextPause } from "../pauses";
import { FirstPicture } from "./first-picture";
import { useStore } from "./store";

const first = new FirstPicture(); // of this page, since it was opened
const placeholders = new Map<string, string>();

/** The address of a blurred picture that is drawn from the image's ThumbHash. */
function placeholderOf(image?: Image): string | undefined {
  const hash = image?.placeholder;
  if (!hash) return undefined;
  let address = placeholders.get(hash);
  if (!address) {
    address = thumbHashToDataURL(Uint8Array.from(atob(hash), (c) => c.charCodeAt(0)));
    placeholders.set(hash, address);
  }
  return address;
}

/** The thumbnails of an image in the best format that it has, smallest first. */
function thumbnails(image?: Image): Rendition[] {
  const all = Object.entries(image?.renditions ?? {})
    .filter(([name]) => name.startsWith("thumbnail-"))
    .map(([, rendition]) => rendition);
  for (const format of ["webp", "jpeg", "avif"]) {
    const found = all.filter((rendition) => rendition.format === format);
    if (found.length) return found.sort((a, b) => a.width - b.width);
  }
  return [];
}

/**
 * The key of what moves, for an animation: the web version, or the original where browsers show that
 * as it is. Undefined for any other picture.
 */
export function movingOf(image?: Image): string | undefined {
  if (!(Number(image?.metadata?.["frames"]) > 1)) return undefined;
  const web = Object.entries(image?.renditions ?? {}).find(([name]) => /^web\b/.test(name));
  if (web) return web[1].key;
  return image?.steps["transcode"]?.reason === "web-ready" ? image.image : undefined;
}

/** The smallest rendition whose shorter side fills `side` CSS pixels of this screen, or the largest. */
function fitting(renditions: readonly Rendition[], side: number): Rendition | undefined {
  const wanted = side * Math.min(devicePixelRatio, 2);
  return (
    renditions.find(({ width, height }) => Math.min(width, height) >= wanted) ?? renditions.at(-1)
  );
}

/**
 * An image whose shorter side is about `side` CSS pixels: first its preview or placeholder, then, as
 * soon as there is one, a rendition of that size.
 */
export function Picture(props: {
  image?: Image;
  preview?: string;
  side: number;
  alt: string;
  /** Whether an animation moves. */
  moving?: boolean;
  /** Whether it is loaded before it is scrolled to. */
  eager?: boolean;
  /** Whether it is loaded before other images. */
  urgent?: boolean;
  onClick?: () => void;
}) {
  const { cloud } = useStore();
  const { image, preview, alt } = props;
  const { processedBucket, uploadsBucket } = cloud.deployment;
  const key = props.moving ? movingOf(image) : fitting(thumbnails(image), props.side)?.key;
  const bucket = key === image?.image ? uploadsBucket : processedBucket;
  const picture = useAddress(key && (() => cloud.address(bucket, key)), key);
  const backdrop = preview ?? placeholderOf(image);
  return (
    <>
      {backdrop && !picture.shown && (
        <img class="picture" src={backdrop} alt="" aria-hidden="true" />
      )}
      {picture.address && (
        <img
          class={picture.shown ? "picture shown" : "picture"}
          src={picture.address}
          alt={alt}
          loading={props.eager ? "eager" : "lazy"}
          fetchpriority={props.urgent ? "high" : "auto"}
          decoding="async"
          onLoad={picture.onLoad}
          onError={picture.onError}
          onClick={props.onClick}
        />
      )}
    </>
  );
}

/**
 * The address of a picture, and whether it is shown. A picture that cannot be loaded is asked for
 * again until it can: after pauses that grow a little, and at once when the browser is online again.
 */
function useAddress(sign: (() => Promise<string>) | undefined | "", key: string | undefined) {
  const [address, setAddress] = useState<string>();
  const [shown, setShown] = useState(false);
  const [failures, setFailures] = useState(0);
  const pause = useRef(FIRST_PAUSE_MS);

  useEffect(() => {
    if (!sign) return;
    let wanted = true;
    // An address is signed for each attempt: the last one may have expired.
    Promise.all([sign(), first.turn()]).then(
      ([found]) => wanted && setAddress(found),
      () => wanted && fail(),
    );
    return () => {
      wanted = false;
    };
  }, [key, failures]);

  const waiting = useRef<() => void>();
  useEffect(() => () => waiting.current?.(), []);

  function fail(): void {
    setAddress(undefined); // or the browser would show a broken picture
    setShown(false);
    const again = () => {
      waiting.current?.();
      setFailures((count) => count + 1);
    };
    const timer = setTimeout(again, pause.current);
    addEventListener("online", again);
    waiting.current = () => {
      clearTimeout(timer);
      removeEventListener("online", again);
    };
    pause.current = nextPause(pause.current);
  }

  return {
    address,
    shown,
    onLoad() {
      first.settle();
      pause.current = FIRST_PAUSE_MS;
      setShown(true);
    },
    onError: fail,
  };
}
