import { useState } from "preact/hooks";

import type { Column, TableProfile } from "../cloud/table-profile";
import { words } from "../words/language";
import { distinctInWords, emptyInWords, rangeInWords, share, typeInWords } from "./table-words";

/** Of more columns, so many are shown, and so many more at a time. */
const COLUMNS = 60;

/** What is in each column. */
export function ColumnList(props: { profile: TableProfile }) {
  const { columns, rows } = props.profile;
  const say = words().tables;
  const [most, setMost] = useState(COLUMNS);
  return (
    <section class="table-part">
      <h2>{say.columns(columns.length)}</h2>
      <ul class="table-columns">
        {columns.slice(0, most).map((column) => (
          <ColumnCard key={column.name} column={column} rows={rows} />
        ))}
      </ul>
      {most < columns.length && (
        <button type="button" class="button small" onClick={() => setMost(most + COLUMNS)}>
          {say.moreColumns}
        </button>
      )}
    </section>
  );
}

function ColumnCard(props: { column: Column; rows: number }) {
  const { column, rows } = props;
  const say = words().tables;
  const facts = [
    emptyInWords(column, rows),
    column.wrong ? say.wrong(column.wrong) : undefined,
    distinctInWords(column),
  ].filter((fact) => fact !== undefined);
  const range = column.type === "boolean" ? undefined : rangeInWords(column);
  // Where hardly any value comes twice, none is frequent.
  const frequent = column.distinct < column.values ? column.frequent : [];
  return (
    <li class="card table-column">
      <h3>
        <bdi>{column.name}</bdi>{" "}
        <span class="hint">
          {typeInWords(column)}
          {column.note && `, ${say.notes[column.note] ?? column.note}`}
        </span>
      </h3>
      {range && <p class="table-range">{range}</p>}
      <p class="hint">{facts.join(" · ")}</p>
      {frequent.length > 0 && (
        <ul class="table-frequent" aria-label={say.frequent}>
          {frequent.map(({ value, count: times }) => (
            <li key={value}>
              <span class="table-share" style={{ width: `${(100 * times) / column.values}%` }} />
              <bdi>{value}</bdi> <span class="hint">{share(times, column.values)}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
