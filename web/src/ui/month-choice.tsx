import { useMemo, useRef } from "preact/hooks";

import { monthHeading } from "../format";
import { type Day, monthOf } from "../store/days";
import { words } from "../words/language";

/** Where a jump ends at the foot of the page, its month cannot come to the top: so near is there. */
const NEAR = 400;

/** The months that have photos, to jump to. It shows the month that is in view. */
export function MonthChoice(props: {
  days: readonly Day[];
  /** The day in view. */
  shown: string | undefined;
  onChoice: (first: Day) => void;
}) {
  const { days } = props;
  const chosen = useRef<{ month: string; scrollY: number }>();
  const months = useMemo(() => {
    const firsts = new Map<string, Day>();
    for (const day of days) {
      const month = monthOf(day.name);
      if (!firsts.has(month)) firsts.set(month, day);
    }
    return firsts;
  }, [days]);
  if (months.size < 2) return null;
  const last = chosen.current;
  const isThere = last && months.has(last.month) && Math.abs(scrollY - last.scrollY) < NEAR;
  return (
    <select
      class="month-choice"
      aria-label={words().gallery.jumpToMonth}
      value={isThere ? last.month : monthOf(props.shown ?? "")}
      onChange={({ currentTarget: { value } }) => {
        const first = months.get(value);
        if (!first) return;
        props.onChoice(first);
        chosen.current = { month: value, scrollY };
      }}
    >
      {[...months.keys()].map((month) => (
        <option key={month} value={month}>
          {monthHeading(month)}
        </option>
      ))}
    </select>
  );
}
