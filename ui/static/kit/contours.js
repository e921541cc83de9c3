/**
 * Contour lines of a grid of values, by marching squares (Lorensen and Cline 1987 have it in three dimensions): each square of four neighbours says
 * by which of its edges a line comes and goes, and lines that meet on an edge are one. Missing values are NaN: no line goes near them.
 */

/** @typedef {{columns: number, rows: number, values: Float64Array}} Grid row by row */
/** @typedef {[number, number]} Point column and row, fractions between them */

/** Edges of a square that a line joins, by which corners lie at or above the level (1, 2, 4, 8: clockwise from the upper left). 0 is the upper edge, on clockwise. @type {Object<number, [number, number][]>} */
const JOINED = {
  1: [[3, 0]], 2: [[0, 1]], 3: [[3, 1]], 4: [[1, 2]], 6: [[0, 2]], 7: [[3, 2]], 8: [[2, 3]], 9: [[2, 0]], 11: [[2, 1]], 12: [[1, 3]], 13: [[1, 0]], 14: [[0, 3]],
};
/** A saddle: two corners that face each other are above; the middle says whether they belong together. @type {Object<number, {high: [number, number][], low: [number, number][]}>} */
const SADDLES = { 5: { high: [[0, 1], [2, 3]], low: [[3, 0], [1, 2]] }, 10: { high: [[3, 0], [1, 2]], low: [[0, 1], [2, 3]] } };

/**
 * @param {Grid} grid @param {number} level
 * @returns {Point[][]} lines; one that closes ends where it begins
 */
export function contours(grid, level) {
  /** @type {Map<string, {point: Point, ends: string[]}>} by edge, with the edges that a line goes on to */
  const crossings = new Map();
  for (let row = 0; row + 1 < grid.rows; row += 1)
    for (let column = 0; column + 1 < grid.columns; column += 1) {
      const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([x, y]) => grid.values[(row + y) * grid.columns + column + x]);
      if (corners.some(Number.isNaN)) continue;
      const above = corners.reduce((sum, value, i) => sum + (value >= level ? 1 << i : 0), 0);
      const saddle = SADDLES[above];
      const middle = corners.reduce((sum, value) => sum + value / 4, 0);
      const pairs = saddle ? (middle >= level ? saddle.high : saddle.low) : (JOINED[above] ?? []);
      for (const pair of pairs) {
        const [one, other] = pair.map((edge) => crossing(column, row, corners, edge, level));
        for (const [from, to] of [[one, other], [other, one]]) {
          const known = crossings.get(from.key) ?? { point: from.point, ends: [] };
          known.ends.push(to.key);
          crossings.set(from.key, known);
        }
      }
    }
  return linesOf(crossings);
}

/** Where the level crosses an edge of a square, and a name of the edge that its neighbour gives it, too. @param {number} column @param {number} row @param {number[]} corners @param {number} edge @param {number} level */
function crossing(column, row, corners, edge, level) {
  const [from, to] = [corners[edge], corners[(edge + 1) % 4]];
  const share = (level - from) / (to - from);
  const point = /** @type {Point[]} */ ([[column + share, row], [column + 1, row + share], [column + 1 - share, row + 1], [column, row + 1 - share]])[edge];
  const key = edge % 2 ? `v ${column + (edge === 1 ? 1 : 0)} ${row}` : `h ${column} ${row + (edge === 2 ? 1 : 0)}`;
  return { key, point };
}

/** @param {Map<string, {point: Point, ends: string[]}>} crossings @returns {Point[][]} */
function linesOf(crossings) {
  const lines = [];
  const open = [...crossings.keys()].filter((key) => crossings.get(key)?.ends.length === 1);
  for (const start of [...open, ...crossings.keys()]) {
    let at = crossings.get(start);
    if (!at?.ends.length) continue;
    const line = [at.point];
    for (let [from, key] = [start, at.ends.pop()]; key !== undefined;) {
      at = crossings.get(key);
      if (!at) break;
      line.push(at.point);
      at.ends.splice(at.ends.indexOf(from), 1);
      [from, key] = [key, at.ends.pop()];
    }
    lines.push(line);
  }
  return lines;
}

/**
 * The grid with `times` as many values between two neighbours, along Catmull-Rom's curves: what lies on a given place keeps its value.
 * @param {Grid} grid @param {number} times @param {[number, number]} [range] beyond which nothing goes
 * @returns {Grid}
 */
export function refined(grid, times, range = [-Infinity, Infinity]) {
  const across = along(grid, times, range);
  return turned(along(turned(across), times, range));
}

/** Refined from column to column. @param {Grid} grid @param {number} times @param {[number, number]} range @returns {Grid} */
function along({ columns, rows, values }, times, [low, high]) {
  const wide = (columns - 1) * times + 1;
  const made = new Float64Array(wide * rows);
  for (let row = 0; row < rows; row += 1) {
    /** What is missing beyond a neighbour is as the neighbour. @param {number} column @param {number} near */
    const at = (column, near) => {
      const value = values[row * columns + Math.max(0, Math.min(columns - 1, column))];
      return Number.isNaN(value) ? values[row * columns + near] : value;
    };
    for (let i = 0; i < wide; i += 1) {
      const column = Math.min(columns - 1, Math.floor(i / times));
      const t = i / times - column;
      const [b, c] = [at(column, column), t ? values[row * columns + column + 1] : at(column, column)];
      const [a, d] = [at(column - 1, column), at(column + 2, Math.min(columns - 1, column + 1))];
      const value = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      made[row * wide + i] = Math.min(high, Math.max(low, value));
    }
  }
  return { columns: wide, rows, values: made };
}

/** Rows become columns. @param {Grid} grid @returns {Grid} */
function turned({ columns, rows, values }) {
  return { columns: rows, rows: columns, values: Float64Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]) };
}
