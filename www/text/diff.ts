// Word by word, what became of a text.

export interface Piece {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
}

/** Cells of the comparison table up to which two texts are aligned; 16 MB, some 2,000 words each. */
const cells = 4_000_000;

const words = (text: string) => text.match(/\s+|[\p{L}\p{N}\p{M}_]+|[^]/gu) ?? [];

/** The pieces of both texts in reading order, removed ones before the added ones that take their place. */
export function diff(before: string, after: string): Piece[] {
  const old = words(before);
  const now = words(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail += 1;
  const middle = align(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  return joined([same(old.slice(0, head)), ...middle, same(old.slice(old.length - tail))]);
}

const same = (words: readonly string[]): Piece => ({ kind: "same", text: words.join("") });

/** A longest common subsequence; texts too long for the table are shown as replaced. */
function align(old: readonly string[], now: readonly string[]): Piece[] {
  const width = now.length + 1;
  if ((old.length + 1) * width > cells)
    return [
      { kind: "gone", text: old.join("") },
      { kind: "new", text: now.join("") },
    ];
  const length = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      length[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pieces: Piece[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      pieces.push({ kind: "same", text: old[i] ?? "" });
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: "gone", text: old[i] ?? "" });
      i += 1;
    } else {
      pieces.push({ kind: "new", text: now[j] ?? "" });
      j += 1;
    }
  }
  return pieces;
}

/** Neighbours of a kind become one piece; a change on both sides of a mere blank swallows the blank, or phrases fall apart. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  let gone = "";
  let added = "";
  const flush = () => {
    if (gone) result.push({ kind: "gone", text: gone });
    if (added) result.push({ kind: "new", text: added });
    gone = added = "";
  };
  pieces.forEach((piece, index) => {
    if (piece.kind === "gone") gone += piece.text;
    else if (piece.kind === "new") added += piece.text;
    else if (piece.text) {
      const next = pieces[index + 1];
      if (gone && added && !piece.text.trim() && next && next.kind !== "same") {
        gone += piece.text;
        added += piece.text;
        return;
      }
      flush();
      const last = result.at(-1);
      if (last?.kind === "same") result[result.length - 1] = { kind: "same", text: last.text + piece.text };
      else result.push(piece);
    }
  });
  flush();
  return result;
}
