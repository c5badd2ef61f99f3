import type { Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Copy } from "../cloud/search";
import { bytes, number } from "../format";
import type { Query } from "../store/search-query";
import { shownName } from "../uploads/keys";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { Trash } from "./icons";
import { Picture } from "./picture";
import { Question } from "./question";
import { Building, Problem } from "./results";
import { addressOf, searchList } from "./routes";
import { Filters } from "./search-filters";
import { nothingFound } from "./search-words";
import { useSearching } from "./searching";
import { useStore } from "./store";

const PICTURE_SIDE = 160;
/** So many of a group are shown, and so many of what is deleted are named. */
const MOST_SHOWN = 12;
const MOST_NAMED = 10;

/** Photos that look the same, side by side with their sizes: one is kept, the others can be deleted. */
export function Duplicates(props: {
  query: Query;
  search: string;
  focus: Signal<string | undefined>;
}) {
  const { gallery } = useStore();
  const { results } = useSearching();
  const { query, search, focus } = props;
  const place = useRef<HTMLDivElement>(null);
  /** What has been deleted here, in words. */
  const [done, setDone] = useState("");
  const groups = results.groups.value;
  const problem = results.problem.value;
  const fresh = results.fresh.value;
  const building = fresh && results.building.value;
  const noun = gallery.noun.value;
  const say = words();
  const freed = groups.reduce((sum, group) => sum + sizeOf(group.slice(1)), 0);

  useEffect(() => {
    gallery.records.want(groups.flatMap((group) => group.map(({ image }) => image)));
  }, [groups]);
  useEffect(() => () => gallery.records.want([]), []);

  const wanted = focus.value;
  useLayoutEffect(() => {
    if (wanted === undefined || !fresh) return;
    const address = addressOf(wanted, searchList(search));
    const links = [...(place.current?.querySelectorAll<HTMLElement>("a") ?? [])];
    const link = links.find((one) => one.getAttribute("href") === address);
    (link ?? place.current?.querySelector<HTMLElement>("h1"))?.focus();
    focus.value = undefined;
  });

  /** Whoever has cleared a group is at the next one. */
  function goOn(at: number, said: string): void {
    setDone(said);
    requestAnimationFrame(() => {
      const headings = place.current?.querySelectorAll<HTMLElement>(".group > h2") ?? [];
      const next = headings[Math.min(at, headings.length - 1)];
      (next ?? place.current?.querySelector<HTMLElement>("h1"))?.focus();
    });
  }

  return (
    <div ref={place}>
      <div class="gallery-head">
        <h1 tabIndex={-1}>{say.duplicates.duplicates}</h1>
        <p class="hint" role="status">
          {done}{" "}
          {fresh && !building
            ? groups.length > 0 && say.duplicates.groups(groups.length, bytes(freed))
            : !problem && !building && say.search.searching}
        </p>
      </div>
      <Filters query={query} facets={{}} total={0} />
      {problem && <Problem problem={problem} />}
      {building && <Building noun={noun} />}
      {fresh && !problem && !building && groups.length === 0 && (
        <div class="results-said">
          <p class="results-title">{nothingFound(query, noun)}</p>
        </div>
      )}
      {fresh && (
        <div class="groups">
          {groups.map((group, at) => (
            <Group
              key={group.map(({ image }) => image).toSorted()[0]}
              group={group}
              search={search}
              onDone={(said) => goOn(at, said)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function Group(props: { group: readonly Copy[]; search: string; onDone: (said: string) => void }) {
  const store = useStore();
  const { gallery, library } = store;
  const { group, search } = props;
  const say = words();
  const hasBin = library.binDays > 0;
  const [best] = group; // they come so: most pixels first, then most bytes
  const [chosen, setChosen] = useState(best?.image);
  const kept = group.find(({ image }) => image === chosen) ?? best;
  const others = group.filter((copy) => copy !== kept);
  const dialog = useRef<HTMLDialogElement>(null);
  const { busy, problem, attempt } = useAttempt();
  const id = `group-${best?.image}`;

  async function deleteOthers(): Promise<void> {
    dialog.current?.close();
    await store.deletePhotos(others.map(({ image }) => image));
    props.onDone(say.duplicates.deleted(others.length, bytes(sizeOf(others))));
  }

  function binOthers(): void {
    void library.bin(others.map(({ image }) => image));
    props.onDone(say.duplicates.binned(others.length));
  }

  return (
    <div class="card group" role="group" aria-labelledby={id}>
      <h2 id={id} tabIndex={-1}>
        {say.duplicates.lookSame(group.length)}
      </h2>
      <ul class="copies" role="radiogroup" aria-label={say.duplicates.whichToKeep}>
        {group.slice(0, MOST_SHOWN).map((copy) => {
          const name = shownName(copy.image);
          return (
            <li key={copy.image} class={copy === kept ? "copy kept" : "copy"} role="none">
              <a
                class="tile-picture"
                href={addressOf(copy.image, searchList(search))}
                aria-label={say.duplicates.show(name)}
              >
                <Picture image={gallery.images.value.get(copy.image)} side={PICTURE_SIDE} alt="" />
              </a>
              <span class="copy-fate" aria-hidden="true">
                {copy === kept ? say.duplicates.keep : hasBin ? say.common.bin : say.common.delete}
              </span>
              <label class="copy-choice">
                <input
                  type="radio"
                  name={id}
                  checked={copy === kept}
                  onChange={() => setChosen(copy.image)}
                />
                <span>
                  <bdi>{name}</bdi>
                  <span class="copy-size">{bytes(copy.bytes)}</span>{" "}
                  {copy.width && copy.height && (
                    <span class="copy-size">
                      {copy.width} × {copy.height}
                    </span>
                  )}
                </span>
              </label>
            </li>
          );
        })}
      </ul>
      {group.length > MOST_SHOWN && (
        <p class="hint">{say.duplicates.more(number(group.length - MOST_SHOWN))}</p>
      )}
      {problem && (
        <p class="problem" role="alert">
          {say.duplicates.notDeleted} {problem}
        </p>
      )}
      <button
        type="button"
        class="button danger"
        aria-disabled={busy}
        onClick={(event) => {
          if (event.detail > 1) return; // of a double click: the next group has moved here
          if (hasBin) binOthers();
          else if (!busy) dialog.current?.showModal();
        }}
      >
        <Trash />{" "}
        {hasBin
          ? say.duplicates.binOthers(others.length, bytes(sizeOf(others)))
          : busy
            ? say.common.deleting
            : say.duplicates.deleteOthers(others.length, bytes(sizeOf(others)))}
      </button>
      <Question
        dialog={dialog}
        title={say.duplicates.deleteTitle(others.length)}
        no={say.duplicates.keepAll}
        yes={say.common.delete}
        onYes={() => void attempt(deleteOthers)}
      >
        <p>{say.duplicates.loss(<bdi>{shownName(kept?.image ?? "")}</bdi>, others.length)}</p>
        <ul class="copies-named">
          {others.slice(0, MOST_NAMED).map(({ image, bytes: size }) => (
            <li key={image}>{say.duplicates.named(<bdi>{shownName(image)}</bdi>, bytes(size))}</li>
          ))}
          {others.length > MOST_NAMED && (
            <li>{say.duplicates.moreNamed(number(others.length - MOST_NAMED))}</li>
          )}
        </ul>
      </Question>
    </div>
  );
}

function sizeOf(copies: readonly Copy[]): number {
  return copies.reduce((sum, { bytes: size }) => sum + size, 0);
}
