/** Kinds of files, and what people call them. */

/** What a file is, told from its bytes. Later versions of the stack may know more kinds. */
export type Kind = "picture" | "video" | "table" | "other" | (string & {});

/** The kinds of files that are processed. */
export type FileKind = "picture" | "video" | "table";

/** The kinds of files that may be uploaded: `other` where those of no kind above are kept. */
export type TakenKind = FileKind | "other";

/** What files are called, in whatever language: its texts have the forms. */
export type Noun = "photo" | "video" | "table" | "file";

const NOUNS: Record<string, Noun> = { picture: "photo", video: "video", table: "table" };

/** What files of these kinds are called, one of them: `file` if it is not the same for all. */
export function nounOf(kinds: Iterable<Kind>): Noun {
  const [kind, another] = new Set(kinds);
  if (kind === undefined) return "photo";
  return another === undefined ? (NOUNS[kind] ?? "file") : "file";
}

/** The kind of an item: items of releases before kinds are all of pictures. */
export function kindOf(item: { kind?: Kind }): Kind {
  return item.kind ?? "picture";
}
