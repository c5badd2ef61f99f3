/** What files are called. */

import type { Noun } from "../../kinds";
import { counted } from "../forms";

export const many = (noun: Noun) => `${noun}s`;

/** With a capital, as a sentence or a label begins. */
export const Many = (noun: Noun) => `${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`;

export const files = (number: number, noun: Noun) =>
  counted(number, { one: noun, other: many(noun) });
