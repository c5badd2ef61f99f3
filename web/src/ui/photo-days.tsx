import type { Signal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { dayHeading } from "../format";
import type { Day } from "../store/days";
import { keyInOrder } from "../words/language";
import {
  blockAt,
  type Layout,
  layOut,
  type Part,
  partsBetween,
  photoTowards,
  spotOf,
} from "./gallery-layout";
import { STEP, useSteadyView, useView } from "./gallery-view";
import { isCommand } from "./keys";
import { MonthChoice } from "./month-choice";
import { addressOf, photoOfAddress } from "./routes";
import { useStore } from "./store";
import { Tile } from "./tile";

/** So much above and below the window is drawn before it is seen. */
const OVERSCAN = 640;
/** A list that is no wider is on a phone: its columns are narrow, on most three. */
const PHONE = 640;
/** The next page is wanted when so much, in heights of the window, is left below it. */
const SOON_AT_END = 2;

/** What somebody who lays something over the photos has to know of them. */
export interface Frame {
  area: RefObject<HTMLElement>;
  layout: Layout;
  /** So many CSS pixels of the window are covered at its top. */
  covered: () => number;
  /** The photo whose tile an event has reached. */
  photoOf: (target: EventTarget | null) => string | undefined;
  /** Have a photo drawn wherever it is; undefined for none. */
  keep: (photo: string | undefined) => void;
}

/** Photos by day. A day without a name is one of photos whose order is another. */
export function PhotoDays(props: {
  days: readonly Day[];
  /** What is written above them, and stays there. */
  title: string;
  said: ComponentChildren;
  /** What comes between that and the photos. */
  children?: ComponentChildren;
  /** The photo that is to have the focus, once it is drawn. */
  focus: Signal<string | undefined>;
  /** Whether they are what the page shows: otherwise something else is over them. */
  active: boolean;
  busy: boolean;
  /** The list that they are, if they are not the gallery. */
  list?: string;
  /** Move a photo by one place. */
  onMove?: (photo: string, step: 1 | -1) => void;
  /** What lies over the photos. */
  over?: (frame: Frame) => ComponentChildren;
  onEnd?: () => void;
}) {
  const { gallery, selection } = useStore();
  const { days, focus, active, list } = props;
  const area = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const view = useView(area);
  /** The photo that has the focus is drawn wherever it is, so that the focus is not lost. */
  const [focused, setFocused] = useState<string>();
  const [kept, setKept] = useState<string>();
  const layout = useMemo(() => {
    const isPhone = view.width <= PHONE;
    return layOut(days, {
      width: view.width,
      column: isPhone ? 104 : 200,
      gap: isPhone ? 6 : 14,
      heading: days[0]?.name === "" ? 0 : 2.75 * view.rem,
      caption: 1.75 * view.rem,
      sparse: list !== undefined,
    });
  }, [days, view.width, view.rem]);
  const covered = () => {
    if (!head.current) return 0;
    return parseFloat(getComputedStyle(head.current).top) + head.current.offsetHeight;
  };
  const scrollToHeight = (height: number) => {
    const top = area.current?.getBoundingClientRect().top ?? 0;
    scrollTo({ top: scrollY + top + height - covered(), behavior: "instant" });
  };
  useSteadyView(area, layout, covered);
  const parts =
    view.width === 0
      ? []
      : partsBetween(
          layout,
          view.top - OVERSCAN,
          view.top + view.height + STEP + OVERSCAN,
          kept ?? (active ? focus.value : undefined) ?? focused,
        );
  useWanted(active, parts, view.top);
  useLayoutEffect(() => {
    if (!active || focus.value === undefined || view.width === 0) return;
    const isDrawn =
      area.current && focusTile(area.current, addressOf(focus.value, list), covered());
    if (!isDrawn) head.current?.querySelector("h1")?.focus({ preventScroll: true }); // it is gone
    focus.value = undefined;
  });
  useEffect(() => {
    if (!active || view.width === 0) return;
    if (view.top + (1 + SOON_AT_END) * view.height > layout.height) props.onEnd?.();
  });

  function goOn(event: KeyboardEvent): void {
    const photo = photoOf(event.target);
    if (photo === undefined || isCommand(event)) return;
    const arrow = keyInOrder(event.key);
    if (event.shiftKey) {
      const step = arrow === "ArrowRight" ? 1 : arrow === "ArrowLeft" ? -1 : undefined;
      if (!step || !props.onMove) return;
      event.preventDefault();
      props.onMove(photo, step);
      focus.value = photo; // it has another place in the document, too
      return;
    }
    // An upload has no link that could have the focus.
    const to = photoTowards(layout, photo, arrow, (key) => gallery.known.peek().has(key));
    if (to === undefined) return;
    event.preventDefault();
    focus.value = to;
  }

  function photoOf(target: EventTarget | null): string | undefined {
    const tile = target instanceof Element ? target.closest("li") : null;
    const address = tile?.querySelector("a")?.getAttribute("href") ?? "";
    return photoOfAddress(gallery.cloud.session.identityId, address);
  }

  const idOf = (day: string) => `${list === undefined ? "day" : "found"}-${day}`;
  return (
    <>
      <div class="gallery-head" ref={head}>
        <h1 tabIndex={-1}>{props.title}</h1>
        {props.said}
        <MonthChoice
          days={days}
          shown={blockAt(layout, view.top + covered() + STEP)?.day.name}
          onChoice={(day) => {
            const block = layout.blocks.find((one) => one.day === day);
            if (block) scrollToHeight(block.top);
          }}
        />
      </div>
      {props.children}
      <div
        ref={area}
        class={selection.isOn.value ? "gallery selecting" : "gallery"}
        style={{ height: `${layout.height}px` }}
        aria-busy={props.busy}
        onKeyDown={goOn}
        onFocusIn={(event) => setFocused(photoOf(event.target))}
        onFocusOut={() => setFocused(undefined)}
      >
        {parts.map(({ block, numbers }) => {
          const { name, keys } = block.day;
          return (
            <section
              key={name}
              class="day"
              {...(name ? { "aria-labelledby": idOf(name) } : { "aria-label": props.title })}
              style={{
                top: `${block.top}px`,
                insetInlineStart: `${block.column * (layout.side + layout.gap)}px`,
                width: `${block.columns * (layout.side + layout.gap) - layout.gap}px`,
                height: `${block.bottom - block.top}px`,
              }}
            >
              {name && <h2 id={idOf(name)}>{dayHeading(name)}</h2>}
              <ul>
                {numbers.map((number) => {
                  const photo = keys[number];
                  if (photo === undefined) return null;
                  return (
                    <Tile
                      key={photo}
                      photo={photo}
                      {...spotOf(layout, number)}
                      side={layout.side}
                      number={number}
                      of={keys.length}
                      place={block.before + number}
                      list={list}
                    />
                  );
                })}
              </ul>
            </section>
          );
        })}
        {props.over?.({ area, layout, covered, photoOf, keep: setKept })}
      </div>
    </>
  );
}

/** Have the records of what is drawn read: first those in view, then what is above. */
function useWanted(active: boolean, parts: readonly Part[], top: number): void {
  const { gallery } = useStore();
  useEffect(() => {
    if (!active) return; // another list wants others
    const keysOf = ({ block, numbers }: Part) => numbers.map((one) => block.day.keys[one] ?? "");
    const below = parts.filter(({ block }) => block.bottom > top);
    const above = parts.filter(({ block }) => block.bottom <= top);
    gallery.records.want([...below, ...above].flatMap(keysOf));
  });
  useEffect(() => () => gallery.records.want([]), []);
}

/** Focus the tile of an address, and bring it into view if it is not; whether it is there. */
function focusTile(list: HTMLElement, address: string, covered: number): boolean {
  const links = [...list.querySelectorAll<HTMLElement>("a")];
  const link = links.find((one) => one.getAttribute("href") === address);
  if (!link) return false;
  link.focus({ preventScroll: true });
  const { top, bottom } = link.getBoundingClientRect();
  if (top < covered || bottom > innerHeight)
    link.scrollIntoView({ block: "nearest", behavior: "instant" });
  return true;
}
