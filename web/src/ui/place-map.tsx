/** A small map of where something was taken. The page loads it, and the land, when there is one to show. */

import { LAND } from "virtual:land";

import { HEIGHT, shiftsFor, spotOn, WIDTH, windowAround } from "./map-window";

/** Lines at every 15°, as far as a map reaches beyond the antimeridian. */
const GRID = [
  ...Array.from({ length: 41 }, (_, at) => `M${at * 15 - 300}-90v180`),
  ...Array.from({ length: 11 }, (_, at) => `M-300 ${at * 15 - 75}h600`),
].join("");

export function PlaceMap(props: { latitude: number; longitude: number; name: string }) {
  const { latitude, longitude, name } = props;
  const window = windowAround(latitude, longitude);
  const [x, y] = spotOn(window, latitude, longitude);
  const inDegrees = `scale(${window.squeeze} 1) translate(${-window.west} ${window.north})`;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={name}>
      <g transform={inDegrees}>
        <path class="map-grid" d={GRID} />
        {shiftsFor(window).map((shift) => (
          <path key={shift} class="land" transform={`translate(${shift} 0) scale(0.1)`} d={LAND} />
        ))}
      </g>
      <circle class="spot-around" cx={x} cy={y} r={3} />
      <circle class="spot" cx={x} cy={y} r={1.2} />
    </svg>
  );
}
