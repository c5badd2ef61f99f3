/** The records of a CSV file by RFC 4180; the first is mostly the header. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  // A value is quoted, with each quotation mark in it doubled, or has none.
  for (const found of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const [whole, quoted, plain = "", end] = found;
    if (!whole && record.length === 0) break; // the end of the file, behind a last line end
    record.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    records.push(record);
    record = [];
    if (!end) break;
  }
  return records;
}
