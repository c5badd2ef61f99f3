/**
 * Where each photo lies in the gallery: squares in columns, by day. Days with few photos lie side by
 * side. It is reckoned for all photos, so that those in view can be told without drawing the others.
 */

import { type Day, monthOf } from "../store/days";

/** Lengths in CSS pixels. */
export interface Measures {
  /** The width of the gallery. */
  width: number;
  /** The least width of a column. */
  column: number;
  gap: number;
  /** The height of a day's heading, and of what is written below a photo. */
  heading: number;
  caption: number;
  /** Whether days of two months may lie side by side: where there are gaps of months between days. */
  sparse?: boolean;
}

/** A day's place, in columns from the left and pixels from the top. */
export interface Block {
  day: Day;
  top: number;
  column: number;
  columns: number;
  bottom: number;
  /** How many photos come before its first one. */
  before: number;
}

export interface Layout extends Measures {
  blocks: readonly Block[];
  height: number;
  columns: number;
  /** The side of a photo. */
  side: number;
}

/** A part of a day that is drawn: its photos by their numbers within the day. */
export interface Part {
  block: Block;
  numbers: readonly number[];
}

export function layOut(days: readonly Day[], measures: Measures): Layout {
  const { width, gap, heading } = measures;
  const columns = Math.max(1, Math.floor((width + gap) / (measures.column + gap)));
  const side = (width - (columns - 1) * gap) / columns;
  const row = side + measures.caption + gap;
  const blocks: Block[] = [];
  let before = 0;
  for (const day of days) {
    const last = blocks.at(-1);
    const used = last ? last.column + last.columns : columns;
    const own = Math.min(day.keys.length, columns);
    const fits = last && used + own <= columns;
    const isBeside = fits && (measures.sparse || monthOf(last.day.name) === monthOf(day.name));
    const top = !last ? 0 : isBeside ? last.top : last.bottom;
    blocks.push({
      day,
      top,
      column: isBeside ? used : 0,
      columns: own,
      bottom: top + heading + Math.ceil(day.keys.length / columns) * row,
      before,
    });
    before += day.keys.length;
  }
  return { ...measures, blocks, columns, side, height: blocks.at(-1)?.bottom ?? 0 };
}

/** Where a photo of a block lies within it. */
export function spotOf(layout: Layout, number: number): { left: number; top: number } {
  const { columns, side, gap, heading, caption } = layout;
  return {
    left: (number % columns) * (side + gap),
    top: heading + Math.floor(number / columns) * (side + caption + gap),
  };
}

/** The first block that reaches below this height, which is the last one if none does. */
export function blockAt(layout: Layout, height: number): Block | undefined {
  return layout.blocks[indexAt(layout, height)] ?? layout.blocks.at(-1);
}

/** What is drawn: everything between two heights, and one photo more wherever it is. */
export function partsBetween(layout: Layout, from: number, to: number, also?: string): Part[] {
  const { blocks, columns, side, gap, heading, caption } = layout;
  const row = side + caption + gap;
  const parts: Part[] = [];
  for (let index = indexAt(layout, from); index < blocks.length; index++) {
    const block = blocks[index];
    if (!block || block.top >= to) break;
    const top = block.top + heading;
    const first = Math.max(0, Math.floor((from - top) / row)) * columns;
    const end = Math.min(block.day.keys.length, Math.ceil((to - top) / row) * columns);
    parts.push({ block, numbers: range(first, end) });
  }
  return also === undefined ? parts : withPhoto(layout, parts, also);
}

/** The place of a photo: its block, and its number within the day. */
function placeOf(layout: Layout, key: string): { block: Block; number: number } | undefined {
  for (const block of layout.blocks) {
    const number = block.day.keys.indexOf(key);
    if (number >= 0) return { block, number };
  }
  return undefined;
}

/** The height at which a photo begins; undefined if it is not there. */
export function topOf(layout: Layout, key: string): number | undefined {
  const place = placeOf(layout, key);
  return place && place.block.top + spotOf(layout, place.number).top;
}

/** The first photo that reaches below this height. */
export function photoAt(layout: Layout, height: number): string | undefined {
  const block = blockAt(layout, height);
  if (!block) return undefined;
  const row = layout.side + layout.caption + layout.gap;
  const rows = Math.max(0, Math.floor((height - block.top - layout.heading) / row));
  return block.day.keys[rows * layout.columns] ?? block.day.keys.at(-1);
}

/** Where an arrow key leads from a photo: past all that `isGoal` says no to. */
export function photoTowards(
  layout: Layout,
  key: string,
  arrow: string,
  isGoal: (key: string) => boolean,
): string | undefined {
  const rows = arrow === "ArrowDown" ? 1 : arrow === "ArrowUp" ? -1 : undefined;
  if (rows) {
    let found = photoBelow(layout, key, rows);
    while (found !== undefined && !isGoal(found)) found = photoBelow(layout, found, rows);
    return found;
  }
  const aside = arrow === "ArrowRight" ? 1 : arrow === "ArrowLeft" ? -1 : undefined;
  if (!aside) return undefined;
  const keys = layout.blocks.flatMap(({ day }) => day.keys);
  const all = aside > 0 ? keys : keys.reverse();
  return all.slice(all.indexOf(key) + 1).find(isGoal);
}

/** A place between two photos of a list that is one block: in a row, or at either end of it. */
export interface Gap {
  /** How many photos come before it. */
  before: number;
  /** Its middle, and the top of its row. */
  left: number;
  top: number;
}

/** The gap nearest to a point of the list, in the row in which the point is. */
export function gapAt(layout: Layout, left: number, top: number): Gap {
  const { columns, side, gap, heading, caption } = layout;
  const count = layout.blocks[0]?.day.keys.length ?? 0;
  const within = (value: number, most: number) => Math.max(0, Math.min(most, value));
  const last = Math.max(0, Math.ceil(count / columns) - 1);
  const row = within(Math.floor((top - heading) / (side + caption + gap)), last);
  const column = within(Math.round((left + gap / 2) / (side + gap)), columns);
  return gapIn(layout, row, Math.min(column, count - row * columns));
}

/** The gap before which there are so many photos: at the beginning of a row where there are two. */
export function gapBehind(layout: Layout, before: number): Gap {
  const count = layout.blocks[0]?.day.keys.length ?? 0;
  const row = Math.floor((before === count ? Math.max(0, before - 1) : before) / layout.columns);
  return gapIn(layout, row, before - row * layout.columns);
}

function gapIn({ columns, side, gap, heading, caption }: Layout, row: number, column: number): Gap {
  return {
    before: row * columns + column,
    left: column * (side + gap) - gap / 2,
    top: heading + row * (side + caption + gap),
  };
}

/** The photo that lies in the next row, upwards or downwards, below or above a photo. */
export function photoBelow(layout: Layout, key: string, rows: 1 | -1): string | undefined {
  const place = placeOf(layout, key);
  if (!place) return undefined;
  const { block, number } = place;
  const inDay = block.day.keys[number + rows * layout.columns];
  if (inDay !== undefined) return inDay;
  const column = block.column + (number % layout.columns);
  const lastRow = Math.floor((block.day.keys.length - 1) / layout.columns);
  if (rows > 0 && Math.floor(number / layout.columns) < lastRow) return block.day.keys.at(-1);
  const beside = layout.blocks.filter(({ top, bottom }) =>
    rows > 0 ? top === block.bottom : bottom === block.top,
  );
  const found = beside.findLast((one) => one.column <= column) ?? beside[0];
  if (!found) return undefined;
  const { keys } = found.day;
  const firstOfRow = rows > 0 ? 0 : Math.floor((keys.length - 1) / layout.columns) * layout.columns;
  return keys[Math.min(keys.length - 1, firstOfRow + column - found.column)];
}

function withPhoto(layout: Layout, parts: Part[], key: string): Part[] {
  const place = placeOf(layout, key);
  if (!place) return parts;
  const { block, number } = place;
  const part = parts.find((one) => one.block === block);
  if (part?.numbers.includes(number)) return parts;
  const numbers = [...(part?.numbers ?? []), number].sort((a, b) => a - b);
  return [...parts.filter((one) => one !== part), { block, numbers }].sort(
    (a, b) => a.block.before - b.block.before,
  );
}

/** The index of the first block that reaches below a height. */
function indexAt({ blocks }: Layout, height: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.bottom ?? 0) > height) high = middle;
    else low = middle + 1;
  }
  return low;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
