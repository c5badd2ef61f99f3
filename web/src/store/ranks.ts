/** Ranks: texts whose order is that of an album's photos. There is mostly one between any two. */

/** The longest rank that the stack takes. */
export const LONGEST = 40;
const DIGITS = 36;
/** So many digits are counted up and down; what lies between two ranks may have more. */
const WIDTH = 6;
const STEP = DIGITS ** 2;
const FIRST = "i00000"; // in the middle: others may come before it

/** A rank between two; behind or before one alone; undefined if there is none. */
export function rankBetween(before?: string, after?: string): string | undefined {
  if (before === undefined && after === undefined) return FIRST;
  const counted =
    after === undefined ? stepped(before, STEP) : before === undefined && stepped(after, -STEP);
  return counted || middle(before ?? "", after);
}

/** So many ranks, in order. */
export function ranks(count: number): string[] {
  const found: string[] = [];
  for (let last: string | undefined; found.length < count; found.push(last))
    last = rankBetween(last) ?? "";
  return found;
}

function stepped(rank = "", step: number): string | undefined {
  const counted = parseInt(rank.slice(0, WIDTH).padEnd(WIDTH, "0"), DIGITS) + step;
  if (counted <= 0 || counted >= DIGITS ** WIDTH) return undefined;
  const found = counted.toString(DIGITS).padStart(WIDTH, "0");
  return step > 0 === found > rank ? found : undefined;
}

/** The shortest rank that is about as far from both. */
function middle(before: string, after: string | undefined): string | undefined {
  for (let width = 1; width <= LONGEST; width++) {
    const low = valueOf(before, width);
    const high = after === undefined ? BigInt(DIGITS) ** BigInt(width) : valueOf(after, width);
    const found = ((low + high) / 2n).toString(DIGITS).padStart(width, "0").replace(/0+$/, "");
    if (found > before && (after === undefined || found < after)) return found;
  }
  return undefined;
}

/** The value of a rank's first digits. */
function valueOf(rank: string, width: number): bigint {
  let value = 0n;
  for (const digit of rank.slice(0, width).padEnd(width, "0"))
    value = value * BigInt(DIGITS) + BigInt(parseInt(digit, DIGITS));
  return value;
}
