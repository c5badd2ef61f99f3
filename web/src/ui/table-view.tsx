import type { ComponentChildren } from "preact";

import type { Image } from "../cloud/records";
import { filesBeside, type TableProfile } from "../cloud/table-profile";
import { bytes, count, moment } from "../format";
import { Card } from "./card";
import { Sheet, Warning } from "./icons";
import { DownloadList } from "./photo-downloads";
import { FactList } from "./photo-metadata";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";
import { ColumnList } from "./table-columns";
import { FirstRows, LeftOut, LEFT_OUT } from "./table-rows";
import { delimiterInWords, encodingInWords, leftOutInWords, stemOf } from "./table-words";

/** One table: its first rows, what is in its columns, what was left out, and what is known of it. */
export function TableView(props: {
  image: Image;
  name: string;
  /** Why it could not be read. */
  failure: ComponentChildren;
  steps: ComponentChildren;
}) {
  const { cloud } = useStore();
  const { image, failure, steps } = props;
  const isReady = image.status === "processed";
  const key = isReady ? image.details?.key : undefined;
  const reading = useReading(key ? () => cloud.details<TableProfile>(key) : undefined, [key]);
  const profile = reading.value;
  return (
    <div class="photo-columns">
      <div class="table-content">
        {failure}
        {image.status === "processing" && (
          <p class="table-waiting">
            <Sheet size={40} /> This table is being read. Its rows show here as soon as that is
            done.
          </p>
        )}
        {isReady && <Summary image={image} />}
        {reading.problem && (
          <ReadingProblem what="Its rows" problem={reading.problem} retry={reading.retry} />
        )}
        {key && !profile && !reading.problem && <p role="status">Loading …</p>}
        {profile && <FirstRows profile={profile} />}
        {profile && <ColumnList profile={profile} />}
        {key && profile && <LeftOut profile={profile} rejects={filesBeside(key).rejects} />}
      </div>
      <div class="photo-side">
        {!isReady && steps}
        <TableFacts image={image} profile={profile} />
        {isReady && <Downloads image={image} name={props.name} />}
        {isReady && steps}
      </div>
    </div>
  );
}

/** How large the table is, and what is not in it, at first sight. */
function Summary(props: { image: Image }) {
  const counts = props.image.table;
  if (!counts) return null;
  const leftOut = leftOutInWords(counts.rejected_rows, counts.wrong_values);
  const show = () => {
    const heading = document.getElementById(LEFT_OUT);
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "center" });
  };
  return (
    <>
      <p class="table-summary">
        <b>{count(counts.rows, "row")}</b> <b>{count(counts.columns, "column")}</b>
      </p>
      {leftOut && (
        <p class="notice table-notice">
          <Warning /> <span>{leftOut}</span>
          <button type="button" class="button small" onClick={show}>
            Show them
          </button>
        </p>
      )}
    </>
  );
}

/** How the file is written, as far as it is known. */
function TableFacts(props: { image: Image; profile?: TableProfile }) {
  const { image, profile } = props;
  const rows = profile?.rows ?? image.table?.rows;
  const columns = profile?.columns.length ?? image.table?.columns;
  return (
    <Card title="About this table">
      <FactList
        facts={[
          ["Rows", rows?.toLocaleString()],
          ["Columns", columns?.toLocaleString()],
          ["Lines", profile?.lines.toLocaleString()],
          ["Encoding", profile && encodingInWords(profile.encoding)],
          ["Delimiter", profile && delimiterInWords(profile.delimiter)],
          ["Header", profile && headerInWords(profile)],
          ["Blank lines", profile?.blank_lines ? profile.blank_lines.toLocaleString() : undefined],
          ["File size", bytes(image.bytes)],
          ["Uploaded", moment(image.uploaded_at)],
        ]}
      />
    </Card>
  );
}

function headerInWords({ has_header, title_lines }: TableProfile): string {
  const header = has_header ? "Names the columns" : "None, columns are numbered";
  return title_lines ? `${header}, below ${count(title_lines, "other line")}` : header;
}

/** Buttons that save what was made of the table. */
function Downloads(props: { image: Image; name: string }) {
  const { image } = props;
  const key = image.details?.key;
  if (!key) return null;
  const stem = stemOf(props.name);
  const files = filesBeside(key);
  const { rejected_rows: rows = 0, wrong_values: values = 0 } = image.table ?? {};
  const rejects = {
    label: "What was left out",
    detail: "CSV, with lines and reasons",
    name: `${stem}-left-out.csv`,
    key: files.rejects,
  };
  return (
    <Card title="Downloads">
      <DownloadList
        files={[
          {
            label: "All rows",
            detail: "Parquet, with the types of the columns",
            name: `${stem}.parquet`,
            key: files.parquet,
          },
          ...(rows + values > 0 ? [rejects] : []),
          { label: "What is known of it", detail: "JSON", name: `${stem}.json`, key },
        ]}
      />
    </Card>
  );
}
