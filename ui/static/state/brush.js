/** Draws into a vector as with a brush: the middle gets the value, its neighbours a share of it, wherever a stroke comes nearest. */

/** One stroke. */
export class Brush {
  /** @param {ArrayLike<number>} z before the stroke @param {number} width how many coordinates the brush covers, 1 for one */
  constructor(z, width) {
    this.start = Float32Array.from(z);
    this.z = Float32Array.from(z);
    this.shares = new Float32Array(z.length);
    this.radius = (Math.max(1, width) - 1) / 2;
  }

  /** @param {number} index @param {number} value @returns {Float32Array} a new vector, the stroke so far in it */
  touch(index, value) {
    const reach = Math.floor(this.radius);
    for (let i = Math.max(0, index - reach); i <= Math.min(this.z.length - 1, index + reach); i += 1) {
      const share = Math.cos((Math.PI / 2) * (Math.abs(i - index) / (this.radius + 1))) ** 2;
      // what a stroke comes past twice takes the place where it was nearest; the same place again takes the later value
      if (share < this.shares[i]) continue;
      this.shares[i] = share;
      this.z[i] = this.start[i] + share * (value - this.start[i]);
    }
    return Float32Array.from(this.z);
  }
}
