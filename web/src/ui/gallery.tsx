import type { Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { count, dayHeading } from "../format";
import type { Day } from "../store/days";
import { useNoun, Welcome } from "./adding";
import { blockAt, layOut, type Part, partsBetween, photoTowards, spotOf } from "./gallery-layout";
import { STEP, useSteadyView, useView } from "./gallery-view";
import { MonthChoice } from "./month-choice";
import { ReadingProblem, useReading } from "./reading";
import { addressOf, photoOfAddress } from "./routes";
import { useStore } from "./store";
import { Tile } from "./tile";

/** So much above and below the window is drawn before it is seen. */
const OVERSCAN = 640;
/** A gallery that is no wider is on a phone: its columns are narrow, on most three. */
const PHONE = 640;
/** The rest of a large gallery is read after its first pictures, which are waited for. */
const REST_AFTER_MS = 1_500;

/** All photos, newest first. `focus` is the photo that is to have the focus, once it is drawn. */
export function Gallery(props: { focus: Signal<string | undefined> }) {
  const { gallery } = useStore();
  const days = gallery.days.value;
  const loaded = gallery.loaded.value;
  if (days.length > 0) return <Days days={days} focus={props.focus} />;
  if (loaded) return <NoPhotos focus={props.focus} />;
  return (
    <>
      <div class="gallery-head">
        <h1 tabIndex={-1}>Your {gallery.noun.value}s</h1>
      </div>
      <ul class="skeletons" aria-hidden="true">
        {Array.from({ length: 12 }, (_, index) => (
          <li key={index} class="skeleton" />
        ))}
      </ul>
    </>
  );
}

function NoPhotos(props: { focus: Signal<string | undefined> }) {
  const { focus } = props;
  const noun = useNoun();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (focus.value === undefined) return;
    heading.current?.focus({ preventScroll: true }); // the last photo was deleted
    focus.value = undefined;
  });
  return (
    <>
      <h1 ref={heading} class="visually-hidden" tabIndex={-1}>
        Your {noun}s
      </h1>
      <Welcome />
    </>
  );
}

function Days(props: { days: readonly Day[]; focus: Signal<string | undefined> }) {
  const { gallery, selection, usage } = useStore();
  const { days, focus } = props;
  const list = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const view = useView(list);
  /** The photo that has the focus is drawn wherever it is, so that the focus is not lost. */
  const [focused, setFocused] = useState<string>();
  const layout = useMemo(() => {
    const isPhone = view.width <= PHONE;
    return layOut(days, {
      width: view.width,
      column: isPhone ? 104 : 200,
      gap: isPhone ? 6 : 14,
      heading: 2.75 * view.rem,
      caption: 1.75 * view.rem,
    });
  }, [days, view.width, view.rem]);
  const covered = () => {
    if (!head.current) return 0;
    return parseFloat(getComputedStyle(head.current).top) + head.current.offsetHeight;
  };
  const scrollToHeight = (height: number) => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    scrollTo({ top: scrollY + top + height - covered(), behavior: "instant" });
  };
  useSteadyView(list, layout, covered);
  const parts =
    view.width === 0
      ? []
      : partsBetween(
          layout,
          view.top - OVERSCAN,
          view.top + view.height + STEP + OVERSCAN,
          focus.value ?? focused,
        );
  useWanted(parts, view.top);
  useLayoutEffect(() => {
    if (focus.value === undefined || view.width === 0) return;
    focusTile(list.current, focus.value);
    focus.value = undefined;
  });

  function goOn(event: KeyboardEvent): void {
    const photo = photoOf(event.target);
    if (photo === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    // An upload has no link that could have the focus.
    const to = photoTowards(layout, photo, event.key, (key) => gallery.entries.peek().has(key));
    if (to === undefined) return;
    event.preventDefault();
    focus.value = to;
  }

  function photoOf(target: EventTarget | null): string | undefined {
    const tile = target instanceof Element ? target.closest("li") : null;
    const address = tile?.querySelector("a")?.getAttribute("href") ?? "";
    return photoOfAddress(gallery.cloud.session.identityId, address);
  }

  const noun = gallery.noun.value;
  const isWhole = gallery.complete.value;
  const photos = isWhole ? gallery.entries.value.size : usage.usage.value?.storedObjects;
  return (
    <>
      <div class="gallery-head" ref={head}>
        <h1 tabIndex={-1}>Your {noun}s</h1>
        {photos !== undefined && photos > 0 && <p class="hint">{count(photos, noun)}</p>}
        <MonthChoice
          days={days}
          shown={blockAt(layout, view.top + covered() + STEP)?.day.name}
          onChoice={(day) => {
            const block = layout.blocks.find((one) => one.day === day);
            if (block) scrollToHeight(block.top);
          }}
        />
      </div>
      <div
        ref={list}
        class={selection.isOn.value ? "gallery selecting" : "gallery"}
        style={{ height: `${layout.height}px` }}
        aria-busy={!gallery.loaded.value}
        onKeyDown={goOn}
        onFocusIn={(event) => setFocused(photoOf(event.target))}
        onFocusOut={() => setFocused(undefined)}
      >
        {parts.map(({ block, numbers }) => (
          <section
            key={block.day.name}
            class="day"
            aria-labelledby={`day-${block.day.name}`}
            style={{
              top: `${block.top}px`,
              left: `${block.column * (layout.side + layout.gap)}px`,
              width: `${block.columns * (layout.side + layout.gap) - layout.gap}px`,
              height: `${block.bottom - block.top}px`,
            }}
          >
            <h2 id={`day-${block.day.name}`}>{dayHeading(block.day.name)}</h2>
            <ul>
              {numbers.map((number) => {
                const photo = block.day.keys[number];
                if (photo === undefined) return null;
                return (
                  <Tile
                    key={photo}
                    photo={photo}
                    {...spotOf(layout, number)}
                    side={layout.side}
                    number={number}
                    of={block.day.keys.length}
                    place={block.before + number}
                  />
                );
              })}
            </ul>
          </section>
        ))}
      </div>
      {gallery.loaded.value && !isWhole && <OlderPhotos />}
    </>
  );
}

/** Have the records of what is drawn read: first those in view, then what is above. */
function useWanted(parts: readonly Part[], top: number): void {
  const { gallery } = useStore();
  useEffect(() => {
    const keysOf = ({ block, numbers }: Part) => numbers.map((one) => block.day.keys[one] ?? "");
    const below = parts.filter(({ block }) => block.bottom > top);
    const above = parts.filter(({ block }) => block.bottom <= top);
    gallery.records.want([...below, ...above].flatMap(keysOf));
  });
  useEffect(() => () => gallery.records.want([]), []);
}

/** Focus a photo's tile, and bring it into view if it is not; the gallery's heading if it is gone. */
function focusTile(list: HTMLElement | null, photo: string): void {
  const address = addressOf(photo);
  const links = [...(list?.querySelectorAll<HTMLElement>("a") ?? [])];
  const link = links.find((one) => one.getAttribute("href") === address);
  if (!link) {
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    return;
  }
  link.focus({ preventScroll: true });
  const { top, bottom } = link.getBoundingClientRect();
  const head = document.querySelector(".gallery-head")?.getBoundingClientRect().bottom ?? 0;
  if (top < head || bottom > innerHeight)
    link.scrollIntoView({ block: "nearest", behavior: "instant" });
}

/** Reads the places of all photos, and says so while it does. */
function OlderPhotos() {
  const { gallery } = useStore();
  const reading = useReading(async () => {
    await new Promise((done) => setTimeout(done, REST_AFTER_MS));
    await gallery.completeIndex();
  }, []);
  return (
    <div class="gallery-older">
      {reading.problem ? (
        <ReadingProblem
          what={`Older ${gallery.noun.value}s`}
          problem={reading.problem}
          retry={reading.retry}
        />
      ) : (
        <p class="hint" role="status">
          Loading older {gallery.noun.value}s …
        </p>
      )}
    </div>
  );
}
