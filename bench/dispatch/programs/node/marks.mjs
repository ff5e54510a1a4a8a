// Writes when a job was reached: the file of doubles that marks.py describes.
import { openSync, writeSync } from "node:fs";

const file = openSync(process.env.MARKS, "r+");
// Date.now() has whole milliseconds only.
const offset = Date.now() - performance.now();
const fine = calibrate();
const bytes = Buffer.alloc(8);

function calibrate() {
  // the moment at which Date.now() turns gives the offset to a few microseconds
  const now = Date.now();
  while (Date.now() === now);
  return Date.now() - performance.now() || offset;
}

export function note(index) {
  bytes.writeDoubleLE((performance.now() + fine) / 1000);
  writeSync(file, bytes, 0, 8, index * 8);
}
