/** A map of the places where photos were taken. The page loads it, and the land, when somebody goes there. */

import "../style/library.css";
import "../style/places.css";
import "../style/search.css";

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import type { Cluster } from "../store/clusters";
import { NO_QUERY, searchOf } from "../store/search-query";
import { moved, onMap, type Size, type View, zoomed } from "../store/world";
import { words } from "../words/language";
import { Add, Dash, World } from "./icons";
import { isCommand } from "./keys";
import { type ListProps, useList } from "./list";
import { useMapPointers } from "./map-pointers";
import { Land, Measure } from "./places-land";
import { PlacePin, pictureOf } from "./place-pin";
import { ReadingProblem, useRetryOnline } from "./reading";
import { Building } from "./results";
import { EntriesProblem, useEntries } from "./room-reading";
import { searchAddress } from "./routes";
import { useSearching } from "./searching";
import { useStore } from "./store";

/** How far an arrow key moves the map, in pixels. */
const STEP = 90;
/** What is so far outside of the map, in pixels, is seen in part. */
const BESIDE = 20;

const ARROWS: Readonly<Record<string, readonly [east: number, south: number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};
const ZOOMS: Readonly<Record<string, number>> = { "+": 2, "=": 2, "-": 0.5, _: 0.5 };

export function PlacesRoom(props: ListProps) {
  const { gallery } = useStore();
  const { places } = useSearching();
  const { hidden } = props;
  const say = words().places;
  const noun = gallery.noun.value;
  const place = useRef<HTMLDivElement>(null);
  const map = useRef<HTMLDivElement>(null);
  const hint = useId();
  const [size, setSize] = useState<Size>();
  const reading = useEntries();
  const view = places.view.value;
  const clusters = places.clusters.value;
  const problem = places.problem.value;
  useList(place, props, { title: say.places });

  useLayoutEffect(() => {
    const element = map.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || height === 0) return; // something else is shown
      setSize((before) =>
        before?.width === width && before.height === height ? before : { width, height },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (hidden || !size) return;
    places.open(size);
    return () => places.close();
  }, [hidden, size]);
  useRetryOnline(hidden ? undefined : places);

  const shown = useMemo(() => {
    if (!view || !size) return [];
    return clusters.flatMap((cluster) => {
      const [left, top] = onMap(view, size, cluster.spot);
      const isBeside =
        Math.min(left, top) < -BESIDE || left > size.width + BESIDE || top > size.height + BESIDE;
      return isBeside ? [] : [{ cluster, left, top }];
    });
  }, [clusters, view, size]);

  const pictures = shown.flatMap(({ cluster }) => pictureOf(cluster, gallery.entries.value) ?? []);
  useEffect(() => {
    if (!hidden) gallery.records.want(pictures);
  }, [pictures.join("\n"), hidden]);
  useEffect(() => () => gallery.records.want([]), []);

  // What has the focus may be part of another cluster by now: keys still move the map.
  const hadFocus = map.current?.contains(document.activeElement);
  useLayoutEffect(() => {
    if (hadFocus && document.activeElement === document.body)
      map.current?.focus({ preventScroll: true });
  });

  // Whoever comes back from the photos of a place is where they left.
  const isCounted = shown.length > 0;
  useLayoutEffect(() => {
    if (hidden || !isCounted) return;
    const links = [...(map.current?.querySelectorAll<HTMLElement>("a") ?? [])];
    links.find((link) => link.getAttribute("href") === places.left)?.focus({ preventScroll: true });
    places.left = undefined;
  }, [hidden, isCounted]);

  const change = (next: (view: View, size: Size) => View) => {
    const now = places.view.peek();
    if (now && size) places.show(next(now, size), size);
  };
  const zoom = (times: number, at?: [number, number]) =>
    change((now, within) => zoomed(now, within, times, at));
  const pointers = useMapPointers(map, {
    move: (right, down) => change((now, within) => moved(now, within, -right, -down)),
    zoom,
  });

  function press(event: KeyboardEvent): void {
    if (isCommand(event)) return;
    const arrow = ARROWS[event.key];
    const times = ZOOMS[event.key];
    if (arrow) change((now, within) => moved(now, within, ...arrow));
    else if (times) zoom(times);
    else if (event.key === "0") places.showAll();
    else return;
    event.preventDefault();
  }

  const inView = shown.reduce((sum, { cluster }) => sum + cluster.files, 0);
  return (
    <div class="room places" ref={place}>
      <div class="gallery-head">
        <h1 tabIndex={-1}>{say.places}</h1>
        <p class="hint" role="status">
          {view
            ? say.inView(inView, noun)
            : !problem && !places.none.value && words().common.loading}
        </p>
      </div>
      <EntriesProblem reading={reading} />
      {problem && (
        <ReadingProblem said={say.notCounted} problem={problem} retry={() => places.retry()} />
      )}
      {places.building.value && <Building noun={noun} />}
      {places.none.value && (
        <div class="room-said">
          <p class="room-title">{say.none(noun)}</p>
          <p class="hint">{say.noneHint}</p>
        </div>
      )}
      <div class="map-frame" hidden={places.none.value} onKeyDown={press}>
        <div
          ref={map}
          class="map"
          role="application"
          aria-label={say.map(noun)}
          aria-describedby={hint}
          tabIndex={0}
          {...pointers}
        >
          {view && size && <Land view={view} size={size} />}
          <ul>
            {shown.map(({ cluster, left, top }) => (
              <li
                key={cluster.key}
                class="pin-place"
                style={{ transform: `translate(${left}px, ${top}px)` }}
                onClick={() => {
                  places.left = addressOf(cluster);
                }}
              >
                <PlacePin cluster={cluster} address={addressOf(cluster)} />
              </li>
            ))}
          </ul>
        </div>
        {view && (
          <>
            <div class="map-buttons">
              <MapButton name={say.zoomIn} icon={<Add />} onClick={() => zoom(2)} />
              <MapButton name={say.zoomOut} icon={<Dash />} onClick={() => zoom(0.5)} />
              <MapButton name={say.showAll} icon={<World />} onClick={() => places.showAll()} />
            </div>
            <Measure view={view} />
          </>
        )}
        <p id={hint} class="hint map-hint">
          {say.mapHint}
        </p>
      </div>
    </div>
  );
}

function MapButton(props: { name: string; icon: ComponentChildren; onClick: () => void }) {
  const { name, icon, onClick } = props;
  return (
    <button type="button" title={name} aria-label={name} onClick={onClick}>
      {icon}
    </button>
  );
}

/** The results of a search for what is near. */
function addressOf({ near }: Cluster): string {
  return searchAddress(searchOf({ ...NO_QUERY, near }));
}
