/** The land below a map that is moved, and how large it is. */

import { LAND } from "virtual:land";

import { number } from "../format";
import { linesFor, measureFor, projected, type Size, type View, worldsIn } from "../store/world";
import { words } from "../words/language";

/** All land, in a world that is 1,000 units wide. */
const SHAPE = projected(LAND);
/** Some land reaches beyond the antimeridian: 11° of 360. */
const BEYOND = 11 / 360;
const WIDEST_MEASURE = 110;

export function Land(props: { view: View; size: Size }) {
  const { view, size } = props;
  const left = size.width / 2 - view.x * view.scale;
  const top = size.height / 2 - view.y * view.scale;
  return (
    <svg class="map-land" aria-hidden="true">
      {worldsIn(view, size, BEYOND).map((shift) => (
        <path
          key={shift}
          class="land"
          transform={`translate(${left + shift * view.scale} ${top}) scale(${view.scale / 1000})`}
          d={SHAPE}
        />
      ))}
      <path class="map-lines" d={linesFor(view, size)} />
    </svg>
  );
}

/** A line, and how many kilometres or metres it is in the middle of the map. */
export function Measure(props: { view: View }) {
  const { kilometres, pixels } = measureFor(props.view, WIDEST_MEASURE);
  const say = words().places;
  return (
    <div class="map-measure" style={{ width: `${pixels}px` }}>
      {kilometres >= 1
        ? say.kilometres(number(kilometres))
        : say.metres(number(Math.round(kilometres * 1000)))}
    </div>
  );
}
