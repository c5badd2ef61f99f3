/**
 * The world as a map shows it that one moves and zooms: Mercator's projection, which shows small parts
 * with their own shapes. Geometry without a picture.
 */

import type { MapWindow } from "../cloud/search";

/** Where something is: 0 to 1 from west to east, and from north to south. */
export interface Spot {
  x: number;
  y: number;
}

/** What is shown: the spot in the middle, and how many pixels wide all of the world would be. */
export interface View extends Spot {
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Degrees: a part of the world that does not reach over the antimeridian. */
export interface Box {
  south: number;
  west: number;
  north: number;
  east: number;
}

/** Here the projection ends, which makes of the world a square: atan(sinh π), in degrees. */
export const MOST_LATITUDE = (Math.atan(Math.sinh(Math.PI)) * 180) / Math.PI;
/** A pixel of the equator is 10 m then. */
const MOST_SCALE = 4_000_000;
/** A single place is first shown with its country around it. */
const MOST_FIRST_SCALE = 24_000;
/** At least so many pixels are between the edge of a map and what it was made to show. */
const EDGE = 56;
/** The least side of a cell, in pixels. */
const LEAST_CELL = 40;
/** The most cells that the search answers with. */
export const MOST_CELLS = 1_024;
/** Between lines of the map, in degrees, and the least in pixels. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const LEAST_STEP = 100;
const EARTH_KILOMETRES = 6_371;

export function spotAt(latitude: number, longitude: number): Spot {
  const shown = Math.min(Math.max(latitude, -MOST_LATITUDE), MOST_LATITUDE);
  const sine = Math.sin((shown * Math.PI) / 180);
  return {
    x: (longitude + 180) / 360,
    y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI),
  };
}

export function latitudeAt(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

/** A view that nothing is in twice, and that does not reach beyond the world. */
export function fitting(view: View, size: Size): View {
  const scale = Math.min(Math.max(view.scale, size.width, size.height), MOST_SCALE);
  const half = size.height / 2 / scale;
  return { x: inWorld(view.x), y: Math.min(Math.max(view.y, half), 1 - half), scale };
}

/** A view by so many pixels farther east and south. */
export function moved(view: View, size: Size, east: number, south: number): View {
  const { x, y, scale } = view;
  return fitting({ x: x + east / scale, y: y + south / scale, scale }, size);
}

/** A view in which all is so many times as large. What is so far from the middle, in pixels, stays there. */
export function zoomed(view: View, size: Size, times: number, [right, down] = [0, 0]): View {
  const { scale } = fitting({ ...view, scale: view.scale * times }, size);
  const farther = 1 / view.scale - 1 / scale;
  return fitting({ x: view.x + right * farther, y: view.y + down * farther, scale }, size);
}

/** The view of all of these parts of the world, the smallest that there is; undefined without any. */
export function viewOf(boxes: readonly Box[], size: Size): View | undefined {
  if (boxes.length === 0) return undefined;
  const north = spotAt(Math.max(...boxes.map((box) => box.north)), 0).y;
  const south = spotAt(Math.min(...boxes.map((box) => box.south)), 0).y;
  // The widest gap that goes around the world is not shown.
  const spans = boxes
    .map(({ west, east }) => [spotAt(0, west).x, spotAt(0, east).x] as const)
    .sort(([one], [other]) => one - other);
  let [start, gap] = [0, -1];
  let end = Math.max(...spans.map(([, east]) => east)) - 1;
  for (const [west, east] of spans) {
    if (west - end > gap) [start, gap] = [west, west - end];
    end = Math.max(end, east);
  }
  const room = (side: number) => Math.max(side - 2 * EDGE, 1);
  const wanted = Math.min(room(size.width) / (1 - gap), room(size.height) / (south - north));
  const scale = Math.min(wanted, MOST_FIRST_SCALE);
  return fitting({ x: start + (1 - gap) / 2, y: (north + south) / 2, scale }, size);
}

/** Where a spot is on the map, in pixels from its left and upper side. */
export function onMap(view: View, size: Size, { x, y }: Spot): [left: number, top: number] {
  return [
    size.width / 2 + across(x - view.x) * view.scale,
    size.height / 2 + (y - view.y) * view.scale,
  ];
}

/** How far two spots are from each other, in a view of this scale in pixels. */
export function apart(one: Spot, other: Spot, scale: number): number {
  return Math.hypot(across(one.x - other.x), one.y - other.y) * scale;
}

/** By how many worlds the land is to be shifted, once for each time that it is drawn. */
export function worldsIn({ x, scale }: View, { width }: Size, beyond: number): number[] {
  const half = width / 2 / scale + beyond;
  return [-1, 0, 1].filter((shift) => x + half > shift && x - half < shift + 1);
}

/**
 * What the search is asked for: the cells that are in view, and one more on each side. They are the
 * same ones wherever a view of this scale is, so that what is counted together stays together.
 */
export function windowFor(view: View, size: Size): MapWindow {
  const [right, down] = [size.width / 2 / view.scale, size.height / 2 / view.scale];
  const [top, bottom] = [latitudeAt(view.y - down), latitudeAt(view.y + down)];
  const narrow = Math.cos((latitudeAt(view.y) * Math.PI) / 180);
  for (let level = Math.floor(Math.log2(view.scale / LEAST_CELL)); ; level -= 1) {
    const all = 2 ** level;
    const first = Math.floor((view.x - right) * all) - 1;
    const columns = Math.ceil((view.x + right) * all) + 1 - first;
    const rowsOfAll = 2 ** Math.round(Math.log2(all / 2 / narrow));
    const row = (latitude: number) => ((latitude + 90) / 180) * rowsOfAll;
    const lowest = Math.max(Math.floor(row(bottom)) - 1, 0);
    const highest = Math.min(Math.ceil(row(top)) + 1, rowsOfAll);
    const rows = highest - lowest;
    if (rows * Math.min(columns, all) > MOST_CELLS) continue;
    const edges = {
      south: (lowest / rowsOfAll) * 180 - 90,
      north: (highest / rowsOfAll) * 180 - 90,
      rows,
    };
    if (columns >= all) return { ...edges, west: -180, east: 180, columns: all };
    const west = inWorld(first / all) * 360 - 180;
    const east = inWorld((first + columns) / all) * 360 - 180;
    return { ...edges, west, east: east === -180 ? 180 : east, columns };
  }
}

/** How far two places are from each other, in kilometres, on a sphere (haversine). */
export function kilometresBetween(
  [latitude, longitude]: readonly [number, number],
  [otherLatitude, otherLongitude]: readonly [number, number],
): number {
  const [north, otherNorth] = [(latitude * Math.PI) / 180, (otherLatitude * Math.PI) / 180];
  const along = ((otherLongitude - longitude) * Math.PI) / 360;
  const chord =
    Math.sin((otherNorth - north) / 2) ** 2 +
    Math.cos(north) * Math.cos(otherNorth) * Math.sin(along) ** 2;
  return 2 * EARTH_KILOMETRES * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** The round number of kilometres that is at most this wide in the middle of a view, and its pixels. */
export function measureFor(view: View, widest: number): { kilometres: number; pixels: number } {
  const around = 2 * Math.PI * EARTH_KILOMETRES * Math.cos((latitudeAt(view.y) * Math.PI) / 180);
  const most = (widest / view.scale) * around;
  const power = 10 ** Math.floor(Math.log10(most));
  const kilometres = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
  return { kilometres, pixels: (kilometres / around) * view.scale };
}

/** Lines at round degrees as a path, in pixels: they show where a map has moved to where all is land. */
export function linesFor(view: View, size: Size): string {
  const perDegree = view.scale / 360;
  const step = STEPS.find((degrees) => degrees * perDegree >= LEAST_STEP) ?? 30;
  const [right, down] = [size.width / 2 / view.scale, size.height / 2 / view.scale];
  const degreesAt = (x: number) => x * 360 - 180;
  const lines: string[] = [];
  const east = degreesAt(view.x + right);
  for (let at = Math.ceil(degreesAt(view.x - right) / step); at * step <= east; at += 1) {
    const left = (spotAt(0, at * step).x - view.x) * view.scale + size.width / 2;
    lines.push(`M${left.toFixed(1)} 0v${size.height}`);
  }
  const north = latitudeAt(view.y - down);
  for (let at = Math.ceil(latitudeAt(view.y + down) / step); at * step <= north; at += 1) {
    const top = (spotAt(at * step, 0).y - view.y) * view.scale + size.height / 2;
    lines.push(`M0 ${top.toFixed(1)}h${size.width}`);
  }
  return lines.join("");
}

/** A path of land, in tenths of a degree, as the projection shows it: the world is 1,000 units wide. */
export function projected(land: string): string {
  return land.replaceAll(/M([^Mz]*)z/g, (_, ring: string) => {
    const steps = (ring.match(/-?\d+/g) ?? []).map(Number);
    let [longitude, latitude] = [0, 0];
    const corners: string[] = [];
    for (let at = 0; at < steps.length; at += 2) {
      longitude += steps[at]! / 10;
      latitude -= steps[at + 1]! / 10;
      const { x, y } = spotAt(latitude, longitude);
      corners.push(`${(x * 1000).toFixed(2)} ${(y * 1000).toFixed(2)}`);
    }
    return `M${corners.join("L")}z`;
  });
}

/** A distance from west to east, the shorter way around the world. */
function across(x: number): number {
  return x - Math.round(x);
}

function inWorld(x: number): number {
  return x - Math.floor(x);
}
