import type { Counted, Facets } from "../cloud/search";
import {
  type Orientation,
  ORIENTATIONS,
  type List,
  NO_QUERY,
  type Query,
  searchOf,
} from "../store/search-query";
import { words } from "../words/language";
import { useAlbums, useAlbumsOnce } from "./albums";
import { Cross } from "./icons";
import { FAVOURITES, searchAddress } from "./routes";
import { Swatch } from "./search-icons";
import { type Chip, chipsOf, countedInWords, valueInWords } from "./search-words";
import { useStore } from "./store";

const FROM_FACETS: readonly Exclude<List, "states">[] = [
  "kinds",
  "places",
  "cameras",
  "lenses",
  "colours",
];

/** What the results are limited to, as chips that can be taken away; and what else they could be. */
export function Filters(props: { query: Query; facets: Facets; total: number }) {
  const { query, facets, total } = props;
  const say = words().search;
  /** Those that some have, and not all: the others change nothing. */
  const useful = (counted: readonly Counted[] = []) => counted.filter(([, files]) => files < total);
  const { deployment } = useStore().cloud;
  const chips = chipsOf(query, useAlbums().all.value);
  return (
    <div class="filters">
      {chips.length > 0 && (
        <ul class="chips" aria-label={say.filters}>
          {chips.map((chip) => (
            <li key={searchOf(chip.without)}>
              <ChipButton chip={chip} />
            </li>
          ))}
          {chips.length > 1 && (
            <li>
              <a
                class="chips-clear"
                href={searchAddress(searchOf({ ...NO_QUERY, text: query.text }))}
              >
                {say.clearAll}
              </a>
            </li>
          )}
        </ul>
      )}
      {!query.duplicates && (
        <div class="filter-choices" role="group" aria-label={say.addFilter}>
          {FROM_FACETS.map((list) => (
            <ListChoice key={list} list={list} query={query} counted={useful(facets[list])} />
          ))}
          <TimeChoice query={query} years={useful(facets.years)} />
          {total > 1 && <ShapeChoice query={query} />}
          {total > 1 && deployment.albumsTable && <OwnChoice query={query} />}
        </div>
      )}
    </div>
  );
}

/** A filter, and a button that takes it away. */
function ChipButton({ chip }: { chip: Chip }) {
  return (
    <button
      type="button"
      class="chip"
      aria-label={words().search.removeFilter(chip.about, chip.words)}
      onClick={() => {
        location.hash = searchAddress(searchOf(chip.without));
      }}
    >
      {chip.colour && <Swatch colour={chip.colour} />}
      <bdi>{chip.words}</bdi>
      <Cross size={16} />
    </button>
  );
}

/** Values of a list, of which the chosen one is added. */
function ListChoice(props: { list: List; query: Query; counted: readonly Counted[] }) {
  const { list, query, counted } = props;
  const options = counted.filter(([value]) => !query[list].includes(String(value)));
  return (
    <Choice
      title={words().search.lists[list]}
      options={options.map((one) => ({ value: String(one[0]), words: countedInWords(list, one) }))}
      onChoice={(value) => ({ ...query, [list]: [...query[list], value] })}
    />
  );
}

/** The years; and of one that is chosen its months. */
function TimeChoice(props: { query: Query; years: readonly Counted[] }) {
  const { query, years } = props;
  const { from, to } = query;
  const year = from === to && from?.length === 4 ? from : undefined;
  const months = Array.from(
    { length: 12 },
    (_, at) => `${year}-${String(at + 1).padStart(2, "0")}`,
  );
  const options = year
    ? months.map((value) => ({ value, words: valueInWords("time", value) }))
    : years.map((one) => ({ value: String(one[0]), words: countedInWords("time", one) }));
  if (from && !year) return null;
  return (
    <Choice
      title={year ? words().search.month : words().search.year}
      options={options}
      onChoice={(value) => ({ ...query, from: value, to: value })}
    />
  );
}

function ShapeChoice(props: { query: Query }) {
  const { query } = props;
  if (query.orientation) return null;
  return (
    <Choice
      title={words().search.shape}
      options={ORIENTATIONS.map((value) => ({ value, words: valueInWords("orientation", value) }))}
      onChoice={(value) => ({ ...query, orientation: value as Orientation })}
    />
  );
}

/** What the user has said of files: favourites, and albums by their names. */
function OwnChoice(props: { query: Query }) {
  const { query } = props;
  const { gallery } = useStore();
  useAlbumsOnce();
  const albums = useAlbums().list.value.filter(({ album_id }) => !query.albums.includes(album_id));
  const say = words().library;
  const hasFavourites =
    !query.favourites && [...gallery.entries.value.values()].some(({ favourite }) => favourite);
  return (
    <Choice
      title={say.library}
      options={[
        ...(hasFavourites ? [{ value: FAVOURITES, words: say.favourites }] : []),
        ...albums.map(({ album_id, name }) => ({ value: album_id, words: name })),
      ]}
      onChoice={(value) =>
        value === FAVOURITES
          ? { ...query, favourites: true }
          : { ...query, albums: [...query.albums, value] }
      }
    />
  );
}

interface Option {
  value: string;
  words: string;
}

/** A choice that opens on a phone as the phone's own do. */
function Choice(props: {
  title: string;
  options: readonly Option[];
  onChoice: (value: string) => Query;
}) {
  const { title, options, onChoice } = props;
  if (options.length === 0) return null;
  return (
    <select
      class="filter-choice"
      aria-label={title}
      value=""
      onChange={({ currentTarget: select }) => {
        const { value } = select;
        select.value = ""; // what is chosen is a chip now
        if (value) location.hash = searchAddress(searchOf(onChoice(value)));
      }}
    >
      <option value="">{title}</option>
      {options.map(({ value, words }) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
}
