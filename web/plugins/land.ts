/** The module `virtual:land`: the outline of the world's land, made when the page is built. */

import type { FeatureCollection, MultiPolygon } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Plugin } from "vite";
import atlas from "world-atlas/land-110m.json" with { type: "json" };

export type Point = [longitude: number, latitude: number];

const NAME = "virtual:land";

/** A plugin of Vite that answers for the module. */
export function land(): Plugin {
  return {
    name: "land",
    resolveId: (name) => (name === NAME ? `\0${NAME}` : undefined),
    load: (name) =>
      name === `\0${NAME}` ? `export const LAND = ${JSON.stringify(landPath())};` : undefined,
  };
}

/** All land as one path of SVG, in tenths of a degree: x is the longitude, y the latitude downwards. */
function landPath(): string {
  const topology = atlas as unknown as Topology<{ land: GeometryCollection }>;
  const shapes = feature(topology, topology.objects.land) as FeatureCollection<MultiPolygon>;
  return shapes.features
    .flatMap(({ geometry }) => geometry.coordinates.flat())
    .map((ring) => pathOf(inOnePiece(ring as Point[])))
    .join("");
}

/**
 * A ring without jumps from one side of the world to the other: what crosses the antimeridian goes on
 * beyond 180°, and what goes around a pole, as Antarctica does, is closed along it.
 */
export function inOnePiece(ring: readonly Point[]): Point[] {
  let turns = 0;
  const points = ring.map(([longitude, latitude], at): Point => {
    const step = longitude - (ring[at - 1]?.[0] ?? longitude);
    if (Math.abs(step) > 180) turns -= Math.sign(step);
    return [longitude + 360 * turns, latitude];
  });
  const [first, last] = [points[0]!, points.at(-1)!];
  if (turns !== 0) {
    const pole = Math.sign(first[1]) * 90;
    points.push([last[0], pole], [first[0], pole]);
  }
  const longitudes = points.map(([longitude]) => longitude);
  const middle = (Math.min(...longitudes) + Math.max(...longitudes)) / 2;
  const shift = 360 * Math.round(middle / 360);
  return points.map(([longitude, latitude]) => [longitude - shift, latitude]);
}

/** A ring as a closed path, in steps from point to point. */
export function pathOf(ring: readonly Point[]): string {
  let [x, y] = [0, 0];
  const steps: string[] = [];
  for (const [longitude, latitude] of ring) {
    const [dx, dy] = [Math.round(longitude * 10) - x, Math.round(-latitude * 10) - y];
    if (steps.length > 0 && dx === 0 && dy === 0) continue;
    steps.push(`${dx} ${dy}`);
    [x, y] = [x + dx, y + dy];
  }
  return `M${steps[0]}l${steps.slice(1).join(" ")}z`.replaceAll(" -", "-");
}
