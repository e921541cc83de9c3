/** The pictures of a training, batch by batch: shuffled anew in each epoch, in the range of the model's pixels. */

import { numbersIn } from "../kit/shape.js";
import { byLot, order } from "./draws.js";

export class Batches {
  /**
   * @param {import("./protocol.js").Pictures} data
   * @param {Object<string, any>} train settings
   * @param {{range: [number, number], shape: import("../kit/shape.js").Shape, classes: number}} model `classes` 0 where no labels are wanted
   * @param {{from: number, size: number}} part of each batch that is wanted here
   */
  constructor(data, train, { range: [low, high], shape, classes }, part) {
    this.data = data;
    this.train = train;
    this.classes = classes;
    this.part = part;
    /** numbers of one picture */
    this.numbers = numbersIn(shape);
    this.samples = data.images.length / this.numbers;
    if (!Number.isInteger(this.samples)) throw new Error(`The pictures have ${data.images.length} numbers in all; expected ${this.numbers} each, as this model draws them.`);
    /** pictures of one training step */
    this.each = train.batch_size * (train.d_steps ?? 1);
    this.epochSteps = Math.max(1, Math.floor(this.samples / this.each));
    this.values = Float32Array.from({ length: 256 }, (_, grey) => low + ((high - low) * grey) / 255);
    this.epoch = -1;
    /** @type {Int32Array} */
    this.rows = new Int32Array(0);
    /** @type {Float32Array[]} room for a step's pictures */
    this.rooms = [];
  }

  /**
   * @param {number} step
   * @param {number} turn which of the step's batches
   * @returns {{images: Float32Array, labels: Int32Array|null}} this part of it, valid until the same turn of the next step
   */
  of(step, turn) {
    const { batch_size: size, d_steps: turns = 1, seed, random_labels: share } = this.train;
    const epoch = Math.floor(step / this.epochSteps);
    if (epoch !== this.epoch) {
      this.rows = order(seed, epoch, this.samples, this.epochSteps * this.each);
      this.epoch = epoch;
    }
    const start = ((step % this.epochSteps) * turns + turn) * size;
    const rows = this.rows.subarray(start, start + size);
    const mine = rows.subarray(this.part.from, this.part.from + this.part.size);
    const images = (this.rooms[turn] ??= new Float32Array(this.part.size * this.numbers));
    const { values, data, numbers } = this;
    const { images: greys } = data;
    for (let i = 0, to = 0; i < mine.length; i += 1) for (let from = mine[i] * numbers, end = from + numbers; from < end; from += 1, to += 1) images[to] = values[greys[from]];
    if (!this.classes || !data.labels) return { images, labels: null };
    const { labels: known } = data;
    const labels = Int32Array.from(rows, (row) => known[row]);
    if (share) byLot(seed, rows[0], share, this.classes, labels);
    return { images, labels: labels.subarray(this.part.from, this.part.from + this.part.size) };
  }
}
