import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { Engine } from "../../../ui/static/engine/engine.js";
import { plain, simdBackend } from "../../../ui/static/engine/kernel.js";
import { dcgan, makeProgram, tensorOf } from "./files.js";

const backends = [plain, simdBackend(await readFile(new URL("../../../ui/static/engine/kernel.wasm", import.meta.url)))];
const input = (shape) => ({ name: "z", shape });
const output = (shape) => ({ name: "images", shape, range: [-1, 1] });

/** The definitions, one loop for each index: no folding, no packing. */
const naive = {
  upsample({ shape: [h, w, c], data }) {
    const out = new Float32Array(4 * h * w * c);
    for (let y = 0; y < 2 * h; y += 1)
      for (let x = 0; x < 2 * w; x += 1)
        for (let i = 0; i < c; i += 1) out[(y * 2 * w + x) * c + i] = data[((y >> 1) * w + (x >> 1)) * c + i];
    return { shape: [2 * h, 2 * w, c], data: out };
  },
  conv({ shape: [h, w], data }, { shape: [kh, kw, inputs, outputs], data: kernel }, bias, stride, padding) {
    const place = (size, k) => {
      const out = padding === "same" ? Math.ceil(size / stride) : Math.floor((size - k) / stride) + 1;
      return [out, padding === "same" ? Math.floor(Math.max((out - 1) * stride + k - size, 0) / 2) : 0];
    };
    const [[rows, top], [columns, left]] = [place(h, kh), place(w, kw)];
    const out = new Float32Array(rows * columns * outputs);
    for (let y = 0; y < rows; y += 1)
      for (let x = 0; x < columns; x += 1)
        for (let o = 0; o < outputs; o += 1) {
          let sum = bias ? bias.data[o] : 0;
          for (let ky = 0; ky < kh; ky += 1)
            for (let kx = 0; kx < kw; kx += 1) {
              const [sy, sx] = [y * stride + ky - top, x * stride + kx - left];
              if (sy < 0 || sx < 0 || sy >= h || sx >= w) continue;
              for (let i = 0; i < inputs; i += 1) sum += data[(sy * w + sx) * inputs + i] * kernel[((ky * kw + kx) * inputs + i) * outputs + o];
            }
          out[(y * columns + x) * outputs + o] = sum;
        }
    return { shape: [rows, columns, outputs], data: out };
  },
};

naive.transposed = ({ shape: [h, w, inputs], data }, { shape: [k, , outputs], data: kernel }, bias, stride, padding) => {
  const beyond = Math.max(k - stride, 0);
  const [rows, columns] = [h, w].map((length) => stride * length + (padding === "valid" ? beyond : 0));
  const cut = padding === "same" ? Math.floor(beyond / 2) : 0;
  const out = Float32Array.from({ length: rows * columns * outputs }, (_, i) => bias.data[i % outputs]);
  for (let y = 0; y < h; y += 1)
    for (let x = 0; x < w; x += 1)
      for (let ky = 0; ky < k; ky += 1)
        for (let kx = 0; kx < k; kx += 1) {
          const [ty, tx] = [y * stride + ky - cut, x * stride + kx - cut];
          if (ty < 0 || tx < 0 || ty >= rows || tx >= columns) continue;
          for (let o = 0; o < outputs; o += 1)
            for (let i = 0; i < inputs; i += 1) out[(ty * columns + tx) * outputs + o] += data[(y * w + x) * inputs + i] * kernel[((ky * k + kx) * outputs + o) * inputs + i];
        }
  return { shape: [rows, columns, outputs], data: out };
};

function close(got, expected, tolerance = 1e-5) {
  assert.equal(got.length, expected.length);
  for (let i = 0; i < got.length; i += 1) assert.ok(Math.abs(got[i] - expected[i]) < tolerance, `at ${i}: ${got[i]}, expected ${expected[i]}`);
}

function run(backend, ops, tensors, x, shape, extra = {}, weights = null) {
  return new Engine(makeProgram({ input: input(x.shape), output: output(shape), ops, ...extra }, tensors), backend).run(x.data, weights);
}

for (const backend of backends) {
  test(`${backend.name}: dense, all sizes of remainder`, () => {
    for (const [inputs, outputs] of [[3, 1], [5, 8], [7, 13], [100, 16]]) {
      const [x, kernel, bias] = [tensorOf([inputs], 3), tensorOf([inputs, outputs], 4), tensorOf([outputs], 5)];
      const expected = Array.from({ length: outputs }, (_, o) => x.data.reduce((sum, v, i) => sum + v * kernel.data[i * outputs + o], bias.data[o]));
      close(run(backend, [{ op: "dense", kernel: "k", bias: "b" }], { k: kernel, b: bias }, x, [outputs]), expected);
      const without = expected.map((v, o) => v - bias.data[o]);
      close(run(backend, [{ op: "dense", kernel: "k" }], { k: kernel }, x, [outputs]), without);
    }
  });

  for (const stride of [1, 2])
    for (const padding of ["same", "valid"])
      for (const k of [1, 2, 3, 4, 5])
        test(`${backend.name}: conv ${k}x${k} stride ${stride} ${padding}`, () => {
          for (const [h, w, outputs] of [[7, 6, 3], [8, 5, 8], [28, 28, 2]]) {
            const [x, kernel, bias] = [tensorOf([h, w, 2], 7), tensorOf([k, k, 2, outputs], 8), tensorOf([outputs], 9)];
            const expected = naive.conv(x, kernel, bias, stride, padding);
            const ops = [{ op: "conv", kernel: "k", bias: "b", stride, padding }];
            close(run(backend, ops, { k: kernel, b: bias }, x, expected.shape), expected.data);
          }
        });

  for (const stride of [1, 2])
    test(`${backend.name}: conv 1x9 of a signal, one row, stride ${stride}`, () => {
      const [x, kernel, bias] = [tensorOf([1, 64, 3], 7), tensorOf([1, 9, 3, 8], 8), tensorOf([8], 9)];
      const expected = naive.conv(x, kernel, bias, stride, "same");
      close(run(backend, [{ op: "conv", kernel: "k", bias: "b", stride, padding: "same" }], { k: kernel, b: bias }, x, expected.shape), expected.data);
    });

  for (const padding of ["same", "valid"])
    for (const k of [1, 3, 5, 7, 9])
      test(`${backend.name}: upconv ${k}x${k} ${padding} equals upsampling, then convolution`, () => {
        for (const [h, w, outputs] of [[7, 7, 3], [6, 9, 1], [5, 5, 8]]) {
          const [x, kernel, bias] = [tensorOf([h, w, 4], 1), tensorOf([k, k, 4, outputs], 2), tensorOf([outputs], 3)];
          const expected = naive.conv(naive.upsample(x), kernel, bias, 1, padding);
          const ops = [{ op: "upconv", kernel: "k", bias: "b", padding }];
          close(run(backend, ops, { k: kernel, b: bias }, x, expected.shape), expected.data, 3e-5);
        }
      });

  for (const padding of ["same", "valid"])
    for (const stride of [1, 2])
      for (const k of [1, 3, 4, 5])
        test(`${backend.name}: conv_transpose ${k}x${k} stride ${stride} ${padding} adds up patches`, () => {
          for (const [h, w, outputs] of [[4, 5, 3], [1, 1, 8], [3, 2, 1]]) {
            const [x, kernel, bias] = [tensorOf([h, w, 4], 1), tensorOf([k, k, outputs, 4], 2), tensorOf([outputs], 3)];
            const expected = naive.transposed(x, kernel, bias, stride, padding);
            const ops = [{ op: "conv_transpose", kernel: "k", bias: "b", stride, padding }];
            close(run(backend, ops, { k: kernel, b: bias }, x, expected.shape), expected.data, 3e-5);
          }
        });

  test(`${backend.name}: the whole DCGAN generator, again and in a batch`, () => {
    const engine = new Engine(dcgan(), backend);
    const z = tensorOf([3 * 100], 42).data;
    const batch = engine.runBatch(z);
    const alone = [0, 1, 2].map((row) => Array.from(engine.run(z.subarray(row * 100, (row + 1) * 100))));
    assert.deepEqual(Array.from(batch), alone.flat());
    assert.ok(Math.max(...batch) > 0.2 && Math.min(...batch) < -0.2);
    assert.notDeepEqual(alone[0], alone[1]);
  });
}

test("pool takes the largest of 2x2 and keeps an odd edge", () => {
  const x = tensorOf([3, 5, 2], 11);
  const expected = [];
  for (let y = 0; y < 2; y += 1)
    for (let c = 0; c < 3; c += 1)
      for (let i = 0; i < 2; i += 1) {
        const seen = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([dy, dx]) => [2 * y + dy, 2 * c + dx]).filter(([a, b]) => a < 3 && b < 5);
        expected.push(Math.max(...seen.map(([a, b]) => x.data[(a * 5 + b) * 2 + i])));
      }
  close(run(plain, [{ op: "pool", size: 2 }], {}, x, [2, 3, 2]), expected);
});

test("depth_to_space: each pixel's depth becomes four pixels", () => {
  const x = tensorOf([2, 3, 8], 3);
  const expected = [];
  for (let y = 0; y < 4; y += 1)
    for (let c = 0; c < 6; c += 1)
      for (let i = 0; i < 2; i += 1) expected.push(x.data[((y >> 1) * 3 + (c >> 1)) * 8 + (y % 2) * 4 + (c % 2) * 2 + i]);
  close(run(plain, [{ op: "depth_to_space", size: 2 }], {}, x, [4, 6, 2]), expected);
  assert.throws(() => run(plain, [{ op: "depth_to_space", size: 2 }], {}, tensorOf([2, 3, 6], 3), [4, 6, 2]), /four times/);
});

test("global_pool, affine, reshape and every activation", () => {
  const x = { shape: [2, 1, 2], data: Float32Array.of(1, -2, 3, -4) };
  close(run(plain, [{ op: "global_pool" }], {}, x, [2]), [2, -3]);
  const tensors = { s: { shape: [2], data: Float32Array.of(2, 3) }, t: { shape: [2], data: Float32Array.of(1, -1) } };
  close(run(plain, [{ op: "affine", scale: "s", shift: "t" }, { op: "reshape", shape: [4] }], tensors, x, [4]), [3, -7, 7, -13]);
  const expected = {
    relu: [1, 0, 3, 0], leaky_relu: [1, -0.4, 3, -0.8], tanh: [1, -2, 3, -4].map(Math.tanh),
    sigmoid: [1, -2, 3, -4].map((v) => 1 / (1 + Math.exp(-v))), softmax: [0.952574, 0.047426, 0.999089, 0.000911],
  };
  for (const [kind, values] of Object.entries(expected)) close(run(plain, [{ op: "activation", kind, alpha: 0.2 }], {}, x, [2, 1, 2]), values, 1e-6);
});

test("labels: appended to a flat z, as constant planes, and as a score", () => {
  const weights = [0.25, 0.75];
  const flat = run(plain, [{ op: "concat_labels" }], {}, { shape: [2], data: Float32Array.of(5, 6) }, [4], { num_classes: 2 }, weights);
  close(flat, [5, 6, 0.25, 0.75]);
  const planes = run(plain, [{ op: "label_planes" }], {}, { shape: [1, 2, 1], data: Float32Array.of(5, 6) }, [1, 2, 3], { num_classes: 2 }, weights);
  close(planes, [5, 0.25, 0.75, 6, 0.25, 0.75]);
  close(run(plain, [{ op: "label_score" }], {}, { shape: [3], data: Float32Array.of(5, 4, 8) }, [1], { num_classes: 2 }, weights), [12]);
  assert.throws(() => run(plain, [{ op: "label_score" }], {}, { shape: [4], data: new Float32Array(4) }, [1], { num_classes: 2 }, weights), /expected \[3\]/);
});

test("scores of classes become one logit, that of any of them", () => {
  close(run(plain, [{ op: "any_score" }], {}, { shape: [3], data: Float32Array.of(0, 0, 800) }, [1]), [800]);
  close(run(plain, [{ op: "any_score" }], {}, { shape: [3], data: Float32Array.of(1, 1, 1) }, [1]), [1 + Math.log(3)], 1e-6);
});

test("a transposed convolution that asks for too much, or whose kernel is turned, is refused", () => {
  const x = tensorOf([8, 8, 2], 3);
  const op = { op: "conv_transpose", kernel: "k", stride: 2, padding: "same" };
  assert.throws(() => run(plain, [op], { k: tensorOf([3, 3, 2, 5]) }, x, [16, 16, 5]), /expected \[height, width, 5\]/);
  assert.throws(() => run(plain, [{ ...op, stride: 3 }], { k: tensorOf([3, 3, 5, 2]) }, x, [16, 16, 5]), /stride 3/);
  assert.throws(() => run(plain, [{ ...op, bias: "b" }], { k: tensorOf([3, 3, 5, 2]), b: tensorOf([2]) }, x, [16, 16, 5]), /expected 5/);
  const large = { shape: [2048, 2048, 1], data: new Float32Array(0) };
  assert.throws(() => run(plain, [op], { k: tensorOf([2, 2, 1, 1]) }, large, [16, 16, 1]), /at most 8,000,000/);
});

test("a program that does not fit itself is refused with the reason", () => {
  const x = { shape: [4], data: new Float32Array(4) };
  const k = { k: tensorOf([5, 2]) };
  assert.throws(() => run(plain, [{ op: "dense", kernel: "k" }], k, x, [2]), /gets \[4\], expected \[5\]/);
  assert.throws(() => run(plain, [{ op: "dense", kernel: "no" }], k, x, [2]), /names tensor "no"/);
  assert.throws(() => run(plain, [{ op: "eval" }], k, x, [4]), /"eval"; known are dense/);
  assert.throws(() => run(plain, [{ op: "toString" }], k, x, [4]), /known are/);
  assert.throws(() => run(plain, [], k, x, [5]), /ends in \[4\] and promises \[5\]/);
  assert.throws(() => run(plain, [{ op: "concat_labels" }], k, x, [4]), /no classes/);
  assert.throws(() => run(plain, [{ op: "reshape", shape: [3] }], k, x, [3]), /reshape/);
  const engine = new Engine(makeProgram({ input: input([4]), output: output([4]), ops: [] }, {}));
  assert.throws(() => engine.run([1, 2]), /takes 4 numbers, got 2/);
  assert.throws(() => new Engine(makeProgram({ format: 2 }, {})), /format 2/);
  assert.throws(() => new Engine(makeProgram({ role: "x" }, {})), /role is "x"/);
});
