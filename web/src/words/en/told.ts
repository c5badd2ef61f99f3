import type { ToldWords } from "../../told";

/** What the stack says of files: it speaks English, so everything is shown as it came. */
export const told: ToldWords | undefined = undefined as ToldWords | undefined;
