/**
 * Decoded digits of a map, each drawn once by the pool and kept. Only a few are asked for at a time, nearest first, so that where the
 * hand is now always comes before where it was.
 */

import { pool } from "../engine/pool.js";
import { h, penOf } from "../kit/dom.js";
import { numbersIn, paintWhole } from "../kit/sample.js";
import { stack } from "../state/latent.js";

const AT_ONCE = 16;
const KEPT = 1200;

/**
 * @typedef {{id: string, z: () => Float32Array}} Place `z` is with the spread applied
 * @typedef {{canvas: HTMLCanvasElement, score: number|null}} Tile `score` is D(x), null where nobody has judged
 * @typedef {{key: string, url: string, judgeUrl: string|null, classWeights: Float32Array|null, places: Place[], shape: import("../kit/sample.js").Shape}} Wish `key` names everything that
 *   the picture of a place depends on
 */

/** The tiles of one map. */
export class Tiles {
  /**
   * @param {string} slot in the pool
   * @param {() => void} changed told when tiles have come
   * @param {(error: Error) => void} failed
   */
  constructor(slot, changed, failed) {
    this.slot = slot;
    this.changed = changed;
    this.failed = failed;
    /** @type {Map<string, Tile>} by key and place, least recently drawn first */
    this.tiles = new Map();
    /** What stood at a place last, whatever it was drawn with: it stands until the new one comes. @type {Map<string, Tile>} */
    this.last = new Map();
    /** Goes up when tiles come. */
    this.version = 0;
    /** @type {Wish|null} */
    this.wish = null;
    /** What has been asked for and has not come: how many, and under which key. */
    this.waiting = { key: "", left: 0 };
  }

  /** @param {Wish} wish what the map shows now, nearest to the hand first */
  want(wish) {
    this.wish = wish;
    if (this.waiting.left === 0 || this.waiting.key !== wish.key) this.#ask();
  }

  /** @param {string} id @returns {Tile|undefined} of the map as it is now, or as it was */
  get(id) {
    return this.tiles.get(`${this.wish?.key} ${id}`) ?? this.last.get(id);
  }

  destroy() {
    pool.drop(this.slot);
    this.tiles.clear();
    this.last.clear();
  }

  #ask() {
    if (!this.wish) return;
    const { key, url, judgeUrl, classWeights, places, shape } = this.wish;
    const each = numbersIn(shape);
    const missing = places.filter(({ id }) => !this.tiles.has(`${key} ${id}`)).slice(0, AT_ONCE);
    const waiting = (this.waiting = { key, left: missing.length });
    if (!missing.length) return;
    const rows = missing.map((place) => place.z());
    const z = stack(rows);
    /** @param {number} first @param {Float32Array} pixels @param {Float32Array|null} scores */
    const onPart = (first, pixels, scores) => {
      const count = pixels.length / each;
      for (let i = 0; i < count; i += 1) this.#keep(key, missing[first + i].id, pixels.subarray(i * each, (i + 1) * each), scores ? scores[i] : null, shape);
      waiting.left -= count;
      this.version += 1;
      if (waiting.left <= 0 && waiting === this.waiting) this.#ask();
      this.changed();
    };
    /** @param {Error} error */
    const onError = (error) => {
      // the next wish tries again
      waiting.left = 0;
      this.failed(error);
    };
    const weights = classWeights && stack(rows.map(() => classWeights));
    pool.draw(this.slot, { url, judgeUrl, z, classWeights: weights, count: missing.length, onPart, onError });
  }

  /** @param {string} key @param {string} id @param {Float32Array} pixels @param {number|null} score @param {import("../kit/sample.js").Shape} shape */
  #keep(key, id, pixels, score, shape) {
    const canvas = h("canvas");
    paintWhole(penOf(canvas), pixels, shape);
    keep(this.tiles, `${key} ${id}`, { canvas, score });
    keep(this.last, id, { canvas, score });
  }
}

/** The oldest goes where there are too many. @param {Map<string, Tile>} tiles @param {string} name @param {Tile} tile */
function keep(tiles, name, tile) {
  tiles.delete(name);
  tiles.set(name, tile);
  const [oldest] = tiles.keys();
  if (tiles.size > KEPT) tiles.delete(oldest);
}

/**
 * Which tiles a window onto the plane shows.
 * @param {{x: number, y: number}} centre in units of the plane
 * @param {{width: number, height: number}} size of the window in pixels
 * @param {number} side of a tile in pixels
 * @param {number} spacing of tiles in units of the plane
 * @returns {{column: number, row: number, x: number, y: number, left: number, top: number}[]} nearest to the centre first; left and top in pixels
 */
export function tilesIn(centre, { width, height }, side, spacing) {
  const found = [];
  const [middleX, middleY] = [centre.x / spacing, centre.y / spacing];
  const [across, down] = [width / 2 / side + 0.5, height / 2 / side + 0.5];
  for (let row = Math.floor(middleY - down) + 1; row < middleY + down; row += 1)
    for (let column = Math.floor(middleX - across) + 1; column < middleX + across; column += 1)
      found.push({
        column, row, x: column * spacing, y: row * spacing,
        left: width / 2 + (column - middleX - 0.5) * side, top: height / 2 + (row - middleY - 0.5) * side,
      });
  /** @param {{column: number, row: number}} place */
  const away = ({ column, row }) => (column - middleX) ** 2 + (row - middleY) ** 2;
  return found.sort((a, b) => away(a) - away(b));
}
