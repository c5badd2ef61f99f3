import type { Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import type { Noun } from "../kinds";
import { isOwn } from "../store/own-filters";
import { type Order, type Query, queryOf, searchOf } from "../store/search-query";
import { words } from "../words/language";
import { useAlbums } from "./albums";
import { Duplicates } from "./duplicates";
import { type ListProps, useList } from "./list";
import { PhotoDays } from "./photo-days";
import { ReadingProblem, useRetryOnline } from "./reading";
import { listAddress, searchAddress, searchList } from "./routes";
import { Filters } from "./search-filters";
import { foundInWords, nothingFound, titleOf, withoutFilters } from "./search-words";
import { useSearching } from "./searching";
import { useStore } from "./store";

/** What was found: the gallery of the photos that match, with what they were searched by. */
export function Results(props: ListProps & { search: string }) {
  const store = useStore();
  const { results } = useSearching();
  const { identityId } = store.cloud.session;
  const { search, focus } = props;
  const query = useMemo(() => queryOf(search, identityId), [search, identityId]);
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => results.open(query), [query]);

  // What was said elsewhere while there was no connection, nobody has told this page.
  const connection = store.connections.value;
  useEffect(() => {
    if (connection > 1 && isOwn(query)) results.retry();
  }, [connection]);

  useRetryOnline(results);
  useLayoutEffect(() => () => results.close(), []);

  const title = titleOf(query, useAlbums().all.value);
  useList(place, props, { photos: results, title, about: query });

  return (
    <div class="results" ref={place}>
      {query.duplicates ? (
        <Duplicates query={query} search={search} focus={focus} />
      ) : (
        <Photos query={query} search={search} focus={focus} />
      )}
    </div>
  );
}

function Photos(props: { query: Query; search: string; focus: Signal<string | undefined> }) {
  const { gallery } = useStore();
  const { results } = useSearching();
  const albums = useAlbums();
  const { query, search } = props;
  const noun = gallery.noun.value;
  const say = words().search;
  const days = results.days.value;
  const problem = results.problem.value;
  // Until the results are there, those of the last search stay: they change more often than not a little.
  const fresh = results.fresh.value;
  const building = fresh && results.building.value;
  const isEmpty = fresh && !problem && !building && results.total.value === 0;
  const shown = fresh || !problem ? days : NONE;
  return (
    <>
      <PhotoDays
        days={shown}
        title={titleOf(query, albums.all.value)}
        said={
          <>
            <p class="hint" role="status">
              {fresh && !building
                ? foundInWords(results.total.value, noun)
                : !problem && !building && say.searching}
            </p>
            {results.total.value > 1 && <OrderChoice query={query} />}
          </>
        }
        focus={props.focus}
        active
        busy={!fresh}
        list={searchList(search)}
        onEnd={() => {
          if (results.hasMore && !results.moreProblem.peek()) void results.more();
        }}
      >
        <Filters query={query} facets={results.facets.value} total={results.total.value} />
        {problem && <Problem problem={problem} />}
        {building && <Building noun={noun} />}
        {isEmpty && <Nothing query={query} noun={noun} />}
      </PhotoDays>
      {results.moreProblem.value && (
        <div class="gallery-older">
          <ReadingProblem
            said={say.moreNotLoaded(noun)}
            problem={results.moreProblem.value}
            retry={() => void results.more()}
          />
        </div>
      )}
    </>
  );
}

const NONE: readonly never[] = [];

/** Why there are no results, and what follows. */
export function Problem(props: { problem: string }) {
  const { results } = useSearching();
  return (
    <div class="results-said">
      {navigator.onLine ? (
        <ReadingProblem
          said={words().search.resultsNotLoaded}
          problem={props.problem}
          retry={() => results.retry()}
        />
      ) : (
        <p role="status">
          {props.problem} {words().search.goesOn}
        </p>
      )}
    </div>
  );
}

/** The index is being made. */
export function Building(props: { noun: Noun }) {
  const say = words().search;
  return (
    <div class="results-said" role="status">
      <p class="results-title">{say.indexed(props.noun)}</p>
      <p class="hint">{say.indexedHint}</p>
      <progress aria-label={say.beingIndexed} />
    </div>
  );
}

function Nothing(props: { query: Query; noun: Noun }) {
  const say = words();
  const { query, noun } = props;
  const bare = searchOf(withoutFilters(query));
  const hasText = query.text.trim() !== "";
  return (
    <div class="results-said">
      <p class="results-title">{nothingFound(query, noun)}</p>
      {hasText && <p class="hint">{say.search.searchedIn}</p>}
      {bare !== searchOf(query) && hasText && (
        <a class="button" href={searchAddress(bare)}>
          {say.search.withoutFilters}
        </a>
      )}
      <a class="button" href={listAddress()}>
        {say.photo.all(noun)}
      </a>
    </div>
  );
}

/** The order of results that have a text. */
function OrderChoice(props: { query: Query }) {
  const { query } = props;
  if (!query.text.trim() || query.like) return null;
  return (
    <select
      class="month-choice"
      aria-label={words().search.order}
      value={query.order}
      onChange={({ currentTarget: { value } }) => {
        location.hash = searchAddress(searchOf({ ...query, order: value as Order }));
      }}
    >
      <option value="newest">{words().search.newestFirst}</option>
      <option value="relevance">{words().search.bestFirst}</option>
    </select>
  );
}
