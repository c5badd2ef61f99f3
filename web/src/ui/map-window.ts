/** What a small map shows of the world: geometry without a picture. */

/** The sides of a map in its own units; a unit is a degree of latitude. */
export const WIDTH = 72;
export const HEIGHT = (WIDTH * 9) / 16;

/** Some land that crosses the antimeridian is drawn beyond it by this much, in degrees. */
const BEYOND = 11;

/** A part of the world, in degrees. What lies beyond 180° is seen from the other side. */
export interface MapWindow {
  west: number;
  north: number;
  /** How many units wide a degree of longitude is: it gets narrower towards the poles. */
  squeeze: number;
}

/** The window with a place in its middle; at the poles it ends where the world does. */
export function windowAround(latitude: number, longitude: number): MapWindow {
  const highest = 90 - HEIGHT / 2;
  const middle = Math.min(Math.max(latitude, -highest), highest);
  const squeeze = Math.cos((middle * Math.PI) / 180);
  return { west: longitude - WIDTH / 2 / squeeze, north: middle + HEIGHT / 2, squeeze };
}

/** Where a place is on the map, in units from its left and upper side. */
export function spotOn(window: MapWindow, latitude: number, longitude: number): [number, number] {
  return [(longitude - window.west) * window.squeeze, window.north - latitude];
}

/** By how many degrees the land is to be shifted, once for each time that it is drawn. */
export function shiftsFor({ west, squeeze }: MapWindow): number[] {
  const east = west + WIDTH / squeeze;
  return [-360, 0, 360].filter(
    (shift) => west < shift + 180 + BEYOND && east > shift - 180 - BEYOND,
  );
}
