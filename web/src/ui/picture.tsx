import { useEffect, useState } from "preact/hooks";
import { thumbHashToDataURL } from "thumbhash";

import type { Image, Rendition } from "../cloud/records";
import { useStore } from "./store";

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
  /** Whether it is loaded before it is scrolled to. */
  eager?: boolean;
  /** Whether it is loaded before other images. */
  urgent?: boolean;
}) {
  const { cloud } = useStore();
  const { image, preview, alt } = props;
  const key = fitting(thumbnails(image), props.side)?.key;
  const [address, setAddress] = useState<string>();
  const [shown, setShown] = useState(false);
  const [failures, setFailures] = useState(0);

  useEffect(() => {
    if (!key) return;
    let wanted = true;
    void cloud
      .address(cloud.deployment.processedBucket, key)
      .then((found) => wanted && setAddress(found));
    return () => {
      wanted = false;
    };
    // A picture that failed to load is signed again: its address may have expired.
  }, [key, failures]);

  const backdrop = preview ?? placeholderOf(image);
  return (
    <>
      {backdrop && !shown && <img class="picture" src={backdrop} alt="" aria-hidden="true" />}
      {address && (
        <img
          class={shown ? "picture shown" : "picture"}
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
