/** Ways from one photo to those beside it. */

import { useEffect, useRef } from "preact/hooks";

import type { Image } from "../cloud/records";
import type { Side } from "../store/gallery";
import { keyInOrder } from "../words/language";
import { isCommand, isCovered, useKeys } from "./keys";
import { addressOf, listAddress } from "./routes";
import { useReading } from "./reading";
import { useStore } from "./store";

/** What goes to the photo on either side; undefined at that end of the list. */
export type Ways = Partial<Record<Side, () => void>>;

/**
 * The ways from a photo, which the arrow keys go, too: through the gallery, or through the list
 * in which it was opened. Escape goes back to these, unless it closes something that lies over the photo.
 */
export function useNeighbours(
  photo: string,
  image: Image | undefined,
  list: string | undefined,
): Ways {
  const newer = useWay(photo, image, list, "newer");
  const older = useWay(photo, image, list, "older");

  useKeys((event) => {
    if (isCommand(event) || isCovered()) return;
    if (
      event.target instanceof HTMLElement &&
      event.target.closest("input, pre, video, .table-scroll")
    )
      return;
    const key = keyInOrder(event.key);
    if (key === "Escape") location.hash = listAddress(list);
    else if (key === "ArrowLeft") newer?.();
    else if (key === "ArrowRight") older?.();
  });

  return { newer, older };
}

/** The way to one side. Whoever goes before it is known gets there as soon as it is. */
function useWay(
  photo: string,
  image: Image | undefined,
  list: string | undefined,
  side: Side,
): (() => void) | undefined {
  const store = useStore();
  const photos = list === undefined ? store.gallery : store.list.value;
  const isReadable = image !== undefined;
  const read = photos && (async () => ({ photo, found: await photos.neighbour(photo, side) }));
  const keys = photos?.keys.value;
  const { value } = useReading(isReadable ? read : undefined, [photo, isReadable, keys]);
  const known = value?.photo === photo ? value : undefined;
  // Whoever takes the photo out of the list goes on from the place that it had, known yet or not.
  const last = useRef<typeof known>();
  const around = useRef<{ photo: string; keys: readonly string[] }>();
  const isInList = keys?.includes(photo);
  if (keys && isInList) around.current = { photo, keys };
  if (known && (isInList || last.current?.photo !== photo)) {
    const had = around.current?.photo === photo ? around.current.keys : [];
    last.current = isInList
      ? known
      : { photo, found: known.found ?? nearest(had, keys, photo, side) };
  }
  const way = last.current?.photo === photo ? last.current : undefined;
  const hurried = useRef<string>();

  useEffect(() => {
    if (!way || hurried.current !== photo) return;
    // A list that does not have the photo yet is still being read.
    if (way.found || isInList) hurried.current = undefined;
    if (way.found) open(way.found, list);
  }, [way]);

  if (way && !way.found) return undefined;
  return () => {
    if (way?.found) open(way.found, list);
    else hurried.current = photo;
  };
}

/** The next one to a side of a photo, in a list that had it, which still is in the list. */
export function nearest(
  had: readonly string[],
  keys: readonly string[] = [],
  photo: string,
  side: Side,
): string | undefined {
  const at = had.indexOf(photo);
  const beside = side === "older" ? had.slice(at + 1) : had.slice(0, Math.max(at, 0)).reverse();
  return at < 0 ? undefined : beside.find((key) => keys.includes(key));
}

/** Replace the address: the browser's way back leads to the list, however many were looked at. */
function open(photo: string, list: string | undefined): void {
  location.replace(addressOf(photo, list));
}
