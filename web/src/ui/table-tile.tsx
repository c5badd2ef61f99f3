import type { Image } from "../cloud/records";
import { count } from "../format";
import { Sheet } from "./icons";

/** What stands for a table in the gallery, which has no picture: how large it is. */
export function TableTile(props: { image?: Image }) {
  const counts = props.image?.table;
  return (
    <span class="tile-table">
      <Sheet size={44} />
      {counts && (
        <span>
          <b>{count(counts.rows, "row")}</b> {count(counts.columns, "column")}
          {counts.rejected_rows > 0 && (
            <span class="tile-table-rejected">{count(counts.rejected_rows, "row")} left out</span>
          )}
        </span>
      )}
    </span>
  );
}
