import type { ComponentChildren } from "preact";

import type { Image } from "../cloud/records";
import { filesBeside, type TableProfile } from "../cloud/table-profile";
import { bytes, moment, number } from "../format";
import { words } from "../words/language";
import { Card } from "./card";
import { Sheet, Warning } from "./icons";
import { DownloadList } from "./photo-downloads";
import { FactList } from "./photo-metadata";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";
import { ColumnList } from "./table-columns";
import { FirstRows, LeftOut, LEFT_OUT } from "./table-rows";
import {
  delimiterInWords,
  encodingInWords,
  formatInWords,
  headerInWords,
  leftOutInWords,
  otherSheetsInWords,
  stemOf,
} from "./table-words";

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
  const say = words();
  const isReady = image.status === "processed";
  const key = isReady ? image.details?.key : undefined;
  const reading = useReading(key ? () => cloud.details<TableProfile>(key) : undefined, [key]);
  const profile = reading.value;
  return (
    <div class="photo-columns">
      <div class="table-content">
        {failure}
        {image.status === "processing" && (
          <p class="file-instead">
            <Sheet size={40} /> {say.tables.beingRead}
          </p>
        )}
        {isReady && <Summary image={image} />}
        {reading.problem && (
          <ReadingProblem
            said={say.tables.rowsNotLoaded}
            problem={reading.problem}
            retry={reading.retry}
          />
        )}
        {key && !profile && !reading.problem && <p role="status">{say.common.loading}</p>}
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
  const say = words().tables;
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
        <b>{say.rows(counts.rows)}</b> <b>{say.columns(counts.columns)}</b>
      </p>
      {leftOut && (
        <p class="notice table-notice">
          <Warning /> <span>{leftOut}</span>
          <button type="button" class="button small" onClick={show}>
            {say.showThem}
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
  const isSheet = profile?.sheet !== undefined;
  const say = words().tables;
  return (
    <Card title={say.about}>
      <FactList
        facts={[
          [say.rowsName, rows === undefined ? undefined : number(rows)],
          [say.columnsName, columns === undefined ? undefined : number(columns)],
          [say.format, profile && formatInWords(profile)],
          [say.sheet, profile?.sheet],
          [say.notRead, profile && otherSheetsInWords(profile)],
          [isSheet ? say.sheetRows : say.lines, profile && number(profile.lines)],
          [say.encoding, profile?.encoding && encodingInWords(profile.encoding)],
          [say.delimiter, profile?.delimiter && delimiterInWords(profile.delimiter)],
          [say.header, profile && headerInWords(profile)],
          [
            isSheet ? say.blankSheetRows : say.blankLines,
            profile?.blank_lines ? number(profile.blank_lines) : undefined,
          ],
          [say.fileSize, bytes(image.bytes)],
          [say.uploaded, moment(image.uploaded_at)],
        ]}
      />
    </Card>
  );
}

/** Buttons that save what was made of the table. */
function Downloads(props: { image: Image; name: string }) {
  const { image } = props;
  const say = words().tables;
  const key = image.details?.key;
  if (!key) return null;
  const stem = stemOf(props.name);
  const files = filesBeside(key);
  const { rejected_rows: rows = 0, wrong_values: values = 0 } = image.table ?? {};
  const rejects = {
    label: say.whatWasLeftOut,
    detail: say.rejectsDetail,
    name: say.rejectsName(stem),
    key: files.rejects,
  };
  return (
    <Card title={say.downloads}>
      <DownloadList
        files={[
          {
            label: say.allRows,
            detail: say.parquetDetail,
            name: `${stem}.parquet`,
            key: files.parquet,
          },
          ...(rows + values > 0 ? [rejects] : []),
          { label: say.profile, detail: "JSON", name: `${stem}.json`, key },
        ]}
      />
    </Card>
  );
}
