import { useEffect, useState } from "preact/hooks";
import { thumbHashToDataURL } from "thumbhash";

import type { Image, Rendition } from "../records";
import type { Studio } from "../studio";

const placeholders = new Map<string, string>();

/** The ThumbHash of an image as the address of a blurred picture. */
export function placeholderOf(image?: Image): string | undefined {
  const hash = image?.placeholder;
  if (!hash) return undefined;
  let address = placeholders.get(hash);
  if (!address) {
    address = thumbHashToDataURL(Uint8Array.from(atob(hash), (c) => c.charCodeAt(0)));
    placeholders.set(hash, address);
  }
  return address;
}

/** The renditions that galleries show, smallest first, in the best format there is of them. */
export function thumbnails(image?: Image): Rendition[] {
  const all = Object.entries(image?.renditions ?? {})
    .filter(([name]) => name.startsWith("thumbnail-"))
    .map(([, rendition]) => rendition);
  for (const format of ["webp", "jpeg", "avif"]) {
    const found = all.filter((rendition) => rendition.format === format);
    if (found.length) return found.sort((a, b) => a.width - b.width);
  }
  return [];
}

/** The smallest rendition whose shorter side is so many CSS pixels on this screen, or the largest. */
function fitting(renditions: readonly Rendition[], side: number): Rendition | undefined {
  const wanted = side * Math.min(devicePixelRatio, 2);
  return (
    renditions.find(({ width, height }) => Math.min(width, height) >= wanted) ?? renditions.at(-1)
  );
}

/**
 * An image whose shorter side is about `side` CSS pixels: its placeholder at once, this browser's own
 * preview if there is one, and the fitting rendition as soon as it has been made.
 */
export function Picture(props: {
  studio: Studio;
  image?: Image;
  preview?: string;
  side: number;
  alt: string;
  /** Whether it is there from the start, and how urgent it is then. */
  eager?: boolean;
  urgent?: boolean;
}) {
  const { studio, image, preview, alt } = props;
  const key = fitting(thumbnails(image), props.side)?.key;
  const [address, setAddress] = useState<string>();
  const [shown, setShown] = useState(false);
  const [failures, setFailures] = useState(0);

  useEffect(() => {
    if (!key) return;
    let wanted = true;
    void studio.cloud
      .address(studio.cloud.deployment.processedBucket, key)
      .then((found) => wanted && setAddress(found));
    return () => {
      wanted = false;
    };
    // A picture that did not load is signed anew: its address may have expired.
  }, [key, failures]);

  const backdrop = preview ?? placeholderOf(image);
  return (
    <>
      {backdrop && !shown && <img class="backdrop" src={backdrop} alt="" aria-hidden="true" />}
      {address && (
        <img
          class={shown ? "full shown" : "full"}
          src={address}
          alt={alt}
          loading={props.eager ? "eager" : "lazy"}
          fetchpriority={props.urgent ? "high" : "auto"}
          decoding="async"
          onLoad={() => setShown(true)}
          onError={() => {
            if (failures < 2) setTimeout(() => setFailures(failures + 1), 1000 * (failures + 1));
          }}
        />
      )}
    </>
  );
}
