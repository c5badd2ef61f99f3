/** Tests read the page's texts in English, unless they show another language. */

import { show, type Tongue } from "../src/words/language";

export const ENGLISH: Tongue = { language: "en", locale: "en-GB", direction: "ltr" };

await show(ENGLISH);
