/** Ways from one photo to those beside it. */

import { useEffect, useRef } from "preact/hooks";

import type { Image } from "../cloud/records";
import type { Side } from "../store/gallery";
import { addressOf } from "./routes";
import { useReading } from "./reading";
import { useStore } from "./store";

/** What goes to the photo on either side; undefined at that end of the gallery. */
export type Ways = Partial<Record<Side, () => void>>;

/**
 * The ways from a photo, which the arrow keys go, too. Escape goes back to the gallery, unless it
 * closes something that lies over the photo.
 */
export function useNeighbours(photo: string, image: Image | undefined): Ways {
  const newer = useWay(photo, image, "newer");
  const older = useWay(photo, image, "older");
  const ways = useRef<Ways>({});
  ways.current = { newer, older }; // at once: an effect would come after the next key

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (document.querySelector("dialog[open], .panel")) return; // they close first
      if (
        event.target instanceof HTMLElement &&
        event.target.closest("input, pre, video, .table-scroll")
      )
        return;
      if (event.key === "Escape") location.hash = "";
      else if (event.key === "ArrowLeft") ways.current.newer?.();
      else if (event.key === "ArrowRight") ways.current.older?.();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  return ways.current;
}

/** The way to one side. Whoever goes before it is known gets there as soon as it is. */
function useWay(photo: string, image: Image | undefined, side: Side): (() => void) | undefined {
  const { gallery } = useStore();
  const isReadable = image !== undefined;
  const read = async () => ({ photo, found: await gallery.neighbour(photo, side) });
  const { value } = useReading(isReadable ? read : undefined, [
    photo,
    isReadable,
    gallery.keys.value,
  ]);
  const known = value?.photo === photo ? value : undefined;
  const hurried = useRef<string>();

  useEffect(() => {
    if (!known) return;
    const isHurried = hurried.current === photo;
    hurried.current = undefined;
    if (isHurried && known.found) open(known.found);
  }, [known]);

  if (known && !known.found) return undefined;
  return () => {
    if (known?.found) open(known.found);
    else hurried.current = photo;
  };
}

/** Replace the address: the browser's way back leads to the gallery, however many were looked at. */
function open(photo: string): void {
  location.replace(addressOf(photo));
}
