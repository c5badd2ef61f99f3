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

/**
 * An image at whatever size it is shown: its placeholder at once, this browser's own preview if
 * there is one, and the fitting rendition as soon as it has been made.
 */
export function Picture(props: {
  studio: Studio;
  image?: Image;
  preview?: string;
  sizes: string;
  alt: string;
  eager?: boolean;
}) {
  const { studio, image, preview, sizes, alt } = props;
  const renditions = thumbnails(image);
  const made = renditions.map((rendition) => rendition.key).join();
  const [addresses, setAddresses] = useState<string[]>([]);
  const [shown, setShown] = useState(false);
  const [failures, setFailures] = useState(0);
  const placeholder = placeholderOf(image);

  useEffect(() => {
    let wanted = true;
    const { processedBucket } = studio.cloud.deployment;
    void Promise.all(renditions.map(({ key }) => studio.cloud.address(processedBucket, key))).then(
      (found) => wanted && setAddresses(found),
    );
    return () => {
      wanted = false;
    };
    // A picture that did not load is signed anew: its address may have expired.
  }, [made, failures]);

  const backdrop = preview ?? placeholder;
  const source = addresses.length === renditions.length ? addresses[0] : undefined;
  return (
    <>
      {backdrop && !shown && <img class="backdrop" src={backdrop} alt="" aria-hidden="true" />}
      {source && (
        <img
          class={shown ? "full shown" : "full"}
          srcset={addresses
            .map((address, index) => `${address} ${renditions[index]?.width}w`)
            .join(", ")}
          sizes={sizes}
          src={source}
          alt={alt}
          loading={props.eager ? "eager" : "lazy"}
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
