/** Photos that were taken near each other, as a map of this scale shows them: gathered, with a count. */

import type { Cell, Near } from "../cloud/search";
import { apart, kilometresBetween, type Spot, spotAt } from "./world";

/** Two that are shown are at least so many pixels from each other. */
const APART = 76;

export interface Cluster {
  /** What it is known by, while a map is moved: the key of a photo. */
  key: string;
  spot: Spot;
  files: number;
  /** Keys of some, the newest of the part with the most first. */
  images: readonly string[];
  /** The circle that all are in. */
  near: Near;
}

/**
 * The clusters of cells, the largest first. One is where its cell with the most files is: it stays there
 * whichever others join it.
 */
export function clustersOf(cells: readonly Cell[], scale: number): readonly Cluster[] {
  const gathered: { spot: Spot; cells: Cell[] }[] = [];
  const first = ({ images: [key = ""] }: Cell) => key;
  const ordered = cells.toSorted(
    (one, other) => other.files - one.files || (first(one) < first(other) ? -1 : 1),
  );
  for (const cell of ordered) {
    const spot = spotAt(cell.latitude, cell.longitude);
    const near = gathered.find((cluster) => apart(cluster.spot, spot, scale) < APART);
    if (near) near.cells.push(cell);
    else gathered.push({ spot, cells: [cell] });
  }
  return gathered
    .map(({ spot, cells: own }): Cluster => {
      const [largest] = own as [Cell, ...Cell[]];
      return {
        key: first(largest) || `${spot.x} ${spot.y}`,
        spot,
        files: own.reduce((sum, { files }) => sum + files, 0),
        images: own.flatMap(({ images }) => images),
        near: around(largest, own),
      };
    })
    .sort((one, other) => other.files - one.files);
}

/** The circle around the middle of one cell that holds all of some. */
function around(middle: Cell, cells: readonly Cell[]): Near {
  const [latitude, longitude] = [middle.latitude, middle.longitude].map(
    (degrees) => Math.round(degrees * 1e5) / 1e5, // a metre
  ) as [number, number];
  const corners = cells.flatMap(({ south, west, north, east }) => [
    [south, west] as const,
    [south, east] as const,
    [north, west] as const,
    [north, east] as const,
  ]);
  const farthest = Math.max(
    ...corners.map((corner) => kilometresBetween([latitude, longitude], corner)),
  );
  return { latitude, longitude, kilometres: Math.ceil((farthest + 0.01) * 10) / 10 };
}
