// Where a training in the page spends its time: matrix products and what lies between them, on 128-bit vectors.
// Made into kernels.wasm and kernels-relaxed.wasm (with fused multiply-adds) by kernels.build.sh. Matrices are float32, row after row;
// pictures are [n, height, width, channels]. Nothing here allocates: who calls says where room is.

#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(name)))

typedef __INTPTR_TYPE__ index;

#ifdef __wasm_relaxed_simd__
#define MULTIPLY_ADD(a, b, c) wasm_f32x4_relaxed_madd(a, b, c)
#else
#define MULTIPLY_ADD(a, b, c) wasm_f32x4_add(wasm_f32x4_mul(a, b), c)
#endif

// ---- matrix product: C[m, n] = A[m, k] B[k, n] + (keep ? C : 0), either side transposed by its strides

#define ROWS 4      // of a tile: with 8 columns its sums stay in registers
#define COLUMNS 8
#define DEPTH 256   // of k at a time: a panel of B of 8 kB stays in the first cache
#define TALL 96     // rows of A at a time: 96 kB, which stays in the second

// to[i, r] = from[r, i] of 4x4 numbers; the rows of `from` are `stride` apart, those of `to` `apart`.
static inline void turn(const float *from, index stride, float *to, index apart) {
  v128_t a = wasm_v128_load(from), b = wasm_v128_load(from + stride), c = wasm_v128_load(from + 2 * stride), d = wasm_v128_load(from + 3 * stride);
  v128_t ab = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), cd = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5);
  v128_t ba = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7), dc = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  wasm_v128_store(to, wasm_i32x4_shuffle(ab, cd, 0, 1, 4, 5));
  wasm_v128_store(to + apart, wasm_i32x4_shuffle(ab, cd, 2, 3, 6, 7));
  wasm_v128_store(to + 2 * apart, wasm_i32x4_shuffle(ba, dc, 0, 1, 4, 5));
  wasm_v128_store(to + 3 * apart, wasm_i32x4_shuffle(ba, dc, 2, 3, 6, 7));
}

static void pack_columns(const float *b, index row_stride, index column_stride, index k, index n, float *to) {
  for (index j = 0; j < n; j += COLUMNS, to += k * COLUMNS) {
    index width = n - j < COLUMNS ? n - j : COLUMNS, p = 0;
    const float *from = b + j * column_stride;
    if (width == COLUMNS && column_stride == 1) {
      for (; p < k; p++) {
        wasm_v128_store(to + p * COLUMNS, wasm_v128_load(from + p * row_stride));
        wasm_v128_store(to + p * COLUMNS + 4, wasm_v128_load(from + p * row_stride + 4));
      }
    } else if (width == COLUMNS && row_stride == 1) {
      for (; p + 4 <= k; p += 4) {
        turn(from + p, column_stride, to + p * COLUMNS, COLUMNS);
        turn(from + p + 4 * column_stride, column_stride, to + p * COLUMNS + 4, COLUMNS);
      }
    }
    for (; p < k; p++)
      for (index i = 0; i < COLUMNS; i++) to[p * COLUMNS + i] = i < width ? from[p * row_stride + i * column_stride] : 0;
  }
}

static void pack_rows(const float *a, index row_stride, index column_stride, index m, index k, float *to) {
  for (index i = 0; i < m; i += ROWS, to += k * ROWS) {
    index height = m - i < ROWS ? m - i : ROWS, p = 0;
    const float *from = a + i * row_stride;
    if (height == ROWS && row_stride == 1) {
      for (; p < k; p++) wasm_v128_store(to + p * ROWS, wasm_v128_load(from + p * column_stride));
    } else if (height == ROWS && column_stride == 1) {
      for (; p + 4 <= k; p += 4) turn(from + p, row_stride, to + p * ROWS, ROWS);
    }
    for (; p < k; p++)
      for (index r = 0; r < ROWS; r++) to[p * ROWS + r] = r < height ? from[p * column_stride + r * row_stride] : 0;
  }
}

// One tile: c[0 ... height, 0 ... width] (+)= the product of ROWS rows and a packed panel of columns.
static inline void tile(const float *a, index a_row, index a_column, const float *b, index k, float *c, index stride, index height, index width, int keep) {
  v128_t s[ROWS][2];
  for (int r = 0; r < ROWS; r++) s[r][0] = s[r][1] = wasm_f32x4_splat(0);
  for (index p = 0; p < k; p++, a += a_column, b += COLUMNS) {
    v128_t left = wasm_v128_load(b), right = wasm_v128_load(b + 4);
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; r++) {
      v128_t x = wasm_v128_load32_splat(a + r * a_row);
      s[r][0] = MULTIPLY_ADD(x, left, s[r][0]);
      s[r][1] = MULTIPLY_ADD(x, right, s[r][1]);
    }
  }
  if (height == ROWS && width == COLUMNS) {
#pragma clang loop unroll(full)
    for (int r = 0; r < ROWS; r++, c += stride) {
      wasm_v128_store(c, keep ? wasm_f32x4_add(wasm_v128_load(c), s[r][0]) : s[r][0]);
      wasm_v128_store(c + 4, keep ? wasm_f32x4_add(wasm_v128_load(c + 4), s[r][1]) : s[r][1]);
    }
    return;
  }
  float out[ROWS][COLUMNS];
  for (int r = 0; r < ROWS; r++) { wasm_v128_store(out[r], s[r][0]); wasm_v128_store(out[r] + 4, s[r][1]); }
  for (index r = 0; r < height; r++, c += stride)
    for (index i = 0; i < width; i++) c[i] = keep ? c[i] + out[r][i] : out[r][i];
}

// Room for `multiply`, in floats.
EXPORT("room") index room(index n) { return DEPTH * ((n + COLUMNS - 1) / COLUMNS * COLUMNS) + DEPTH * TALL; }

EXPORT("multiply")
void multiply(const float *a, index a_row, index a_column, const float *b, index b_row, index b_column, float *c, index m, index k, index n,
              int keep, float *workspace) {
  index padded = (n + COLUMNS - 1) / COLUMNS * COLUMNS;
  float *columns = workspace, *rows = workspace + DEPTH * padded;
  for (index p = 0; p < k; p += DEPTH) {
    index depth = k - p < DEPTH ? k - p : DEPTH;
    pack_columns(b + p * b_row, b_row, b_column, depth, n, columns);
    for (index i = 0; i < m; i += TALL) {
      index tall = m - i < TALL ? m - i : TALL;
      if (n <= COLUMNS && tall % ROWS == 0) {  // read once only: packing would cost more than it spares
        for (index r = 0; r < tall; r += ROWS)
          tile(a + (i + r) * a_row + p * a_column, a_row, a_column, columns, depth, c + (i + r) * n, n, ROWS, n, keep || p > 0);
        continue;
      }
      pack_rows(a + i * a_row + p * a_column, a_row, a_column, tall, depth, rows);
      for (index j = 0; j < n; j += COLUMNS) {
        index width = n - j < COLUMNS ? n - j : COLUMNS;
        for (index r = 0; r < tall; r += ROWS) {
          index height = tall - r < ROWS ? tall - r : ROWS;
          tile(rows + r * depth, 1, ROWS, columns + j * depth, depth, c + (i + r) * n + j, n, height, width, keep || p > 0);
        }
      }
    }
  }
}

// Copies and zeros in loops of their own: most are a few pixels long, for which the engine's bulk operations take too long to start.
static inline void copy(float *to, const float *from, index count) {
  index i = 0;
  for (; i + 4 <= count; i += 4) wasm_v128_store(to + i, wasm_v128_load(from + i));
#pragma clang loop vectorize(disable) unroll(disable)
  for (; i < count; i++) to[i] = from[i];
}

static inline void clear(float *to, index count) {
  index i = 0;
  for (; i + 4 <= count; i += 4) wasm_v128_store(to + i, wasm_f32x4_splat(0));
#pragma clang loop vectorize(disable) unroll(disable)
  for (; i < count; i++) to[i] = 0;
}

// ---- patches of pictures: the rows of a convolution's matrix product, and back

// a[(n * rows + y) * columns + x, (ky * width + kx) * depth + d] = the pixel that tap (ky, kx) of output pixel (y, x) falls on, 0 outside.
EXPORT("gather")
void gather(const float *x, index n, index height, index width, index depth, index kh, index kw, index stride, index top, index left,
            index rows, index columns, float *a) {
  for (index i = 0; i < n; i++, x += height * width * depth)
    for (index y = 0; y < rows; y++)
      for (index c = 0; c < columns; c++)
        for (index ky = 0; ky < kh; ky++) {
          index sy = y * stride + ky - top, sx = c * stride - left;
          if (sy < 0 || sy >= height) {
            clear(a, kw * depth);
            a += kw * depth;
            continue;
          }
          index before = sx < 0 ? -sx : 0, end = sx + kw > width ? width - sx : kw;
          if (before) clear(a, before * depth);
          copy(a + before * depth, x + (sy * width + sx + before) * depth, (end - before) * depth);
          if (end < kw) clear(a + end * depth, (kw - end) * depth);
          a += kw * depth;
        }
}

static inline void add(float *to, const float *from, index count) {
  index i = 0;
  for (; i + 4 <= count; i += 4) wasm_v128_store(to + i, wasm_f32x4_add(wasm_v128_load(to + i), wasm_v128_load(from + i)));
  for (; i < count; i++) to[i] += from[i];
}

EXPORT("add") void add_numbers(float *to, const float *from, index count) { add(to, from, count); }

// The way back: every patch is added to where it came from.
EXPORT("scatter")
void scatter(const float *a, index n, index height, index width, index depth, index kh, index kw, index stride, index top, index left,
             index rows, index columns, float *x) {
  clear(x, n * height * width * depth);
  for (index i = 0; i < n; i++, x += height * width * depth)
    for (index y = 0; y < rows; y++)
      for (index c = 0; c < columns; c++)
        for (index ky = 0; ky < kh; ky++, a += kw * depth) {
          index sy = y * stride + ky - top, sx = c * stride - left;
          if (sy < 0 || sy >= height) continue;
          index before = sx < 0 ? -sx : 0, end = sx + kw > width ? width - sx : kw;
          add(x + (sy * width + sx + before) * depth, a + before * depth, (end - before) * depth);
        }
}

// Four phases [n, h, w, 2, 2, c] become a picture of twice the size [n, 2h - 2cut, 2w - 2cut, c] (`back`: the other way round, 0 where cut).
EXPORT("phases")
void phases(float *small, index n, index height, index width, index channels, index cut, float *large, int back) {
  index rows = 2 * height - 2 * cut, columns = 2 * width - 2 * cut;
  for (index i = 0; i < n; i++)
    for (index y = 0; y < height; y++)
      for (index x = 0; x < width; x++)
        for (index f = 0; f < 4; f++) {
          float *s = small + (((i * height + y) * width + x) * 4 + f) * channels;
          index ty = 2 * y + (f >> 1) - cut, tx = 2 * x + (f & 1) - cut;
          int inside = ty >= 0 && tx >= 0 && ty < rows && tx < columns;
          float *l = large + ((i * rows + ty) * columns + tx) * channels;
          if (!inside) { if (back) clear(s, channels); }
          else if (back) copy(s, l, channels);
          else copy(l, s, channels);
        }
}

// ---- row by row

EXPORT("add_bias") void add_bias(float *x, const float *bias, index rows, index channels) {
  for (index i = 0; i < rows; i++) add(x + i * channels, bias, channels);
}

// to[channels] = the sum of all rows
EXPORT("sum_rows") void sum_rows(const float *x, index rows, index channels, float *to) {
  clear(to, channels);
  for (index i = 0; i < rows; i++) add(to, x + i * channels, channels);
}

// Leaky rectifier of slope `alpha` below 0, in place; relu for alpha 0.
EXPORT("leaky") void leaky(float *x, index count, float alpha) {
  for (index i = 0; i < count; i++) x[i] = x[i] > 0 ? x[i] : alpha * x[i];
}

// slope *= the derivative where y came out; y and its input have the same sign
EXPORT("leaky_back") void leaky_back(const float *y, float *slope, index count, float alpha) {
  for (index i = 0; i < count; i++) slope[i] = y[i] > 0 ? slope[i] : alpha * slope[i];
}

EXPORT("tanh_back") void tanh_back(const float *y, float *slope, index count) {
  for (index i = 0; i < count; i++) slope[i] *= 1 - y[i] * y[i];
}

EXPORT("sigmoid_back") void sigmoid_back(const float *y, float *slope, index count) {
  for (index i = 0; i < count; i++) slope[i] *= y[i] * (1 - y[i]);
}

// exp by 2^n times a polynomial of degree 6, relative error under 3e-7: enough below float32's own rounding of what is made of it.
static inline v128_t exp4(v128_t x) {
  x = wasm_f32x4_min(wasm_f32x4_max(x, wasm_f32x4_splat(-87.0f)), wasm_f32x4_splat(88.0f));
  v128_t n = wasm_f32x4_nearest(wasm_f32x4_mul(x, wasm_f32x4_splat(1.44269504088896341f)));
  v128_t r = wasm_f32x4_sub(wasm_f32x4_sub(x, wasm_f32x4_mul(n, wasm_f32x4_splat(0.693359375f))), wasm_f32x4_mul(n, wasm_f32x4_splat(-2.12194440e-4f)));
  v128_t y = wasm_f32x4_splat(1.3888949086377719e-3f);
  static const float terms[] = {8.3333337069e-3f, 4.1666667908e-2f, 1.6666667163e-1f, 0.5f, 1.0f, 1.0f};
  for (int i = 0; i < 6; i++) y = wasm_f32x4_add(wasm_f32x4_mul(y, r), wasm_f32x4_splat(terms[i]));
  v128_t power = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23);
  return wasm_f32x4_mul(y, power);
}

// x = sigmoid(x) or, with `two`, tanh(x) = 2 sigmoid(2x) - 1; room for a multiple of 4 behind x
EXPORT("sigmoid") void sigmoid(float *x, index count, int two) {
  v128_t one = wasm_f32x4_splat(1), factor = wasm_f32x4_splat(two ? -2.0f : -1.0f);
  for (index i = 0; i < count; i += 4) {
    v128_t y = wasm_f32x4_div(one, wasm_f32x4_add(one, exp4(wasm_f32x4_mul(wasm_v128_load(x + i), factor))));
    wasm_v128_store(x + i, two ? wasm_f32x4_sub(wasm_f32x4_add(y, y), one) : y);
  }
}

// ---- batch normalisation over rows, [rows, channels]

// Mean and 1 / sqrt(variance + epsilon) of every channel; variance of the batch in `variance`.
EXPORT("moments")
void moments(const float *x, index rows, index channels, float epsilon, float *mean, float *variance, float *scale) {
  sum_rows(x, rows, channels, mean);
  for (index c = 0; c < channels; c++) { mean[c] /= rows; variance[c] = 0; }
  for (index i = 0; i < rows; i++)
    for (index c = 0; c < channels; c++) { float d = x[i * channels + c] - mean[c]; variance[c] += d * d; }
  for (index c = 0; c < channels; c++) { variance[c] /= rows; scale[c] = 1 / __builtin_sqrtf(variance[c] + epsilon); }
}

// y = (x - mean) * scale * gamma + beta; `normal` keeps (x - mean) * scale for the way back
EXPORT("normalise")
void normalise(const float *x, index rows, index channels, const float *mean, const float *scale, const float *gamma, const float *beta,
               float *normal, float *y) {
  for (index i = 0; i < rows * channels; i += channels)
    for (index c = 0; c < channels; c++) {
      float hat = (x[i + c] - mean[c]) * scale[c];
      normal[i + c] = hat;
      y[i + c] = hat * gamma[c] + beta[c];
    }
}

// sums[2, channels]: of x - about and of its square, over all rows
EXPORT("sums_about")
void sums_about(const float *x, index rows, index channels, const float *about, float *sums) {
  clear(sums, 2 * channels);
  for (index i = 0; i < rows; i++, x += channels)
    for (index c = 0; c < channels; c++) {
      float d = x[c] - about[c];
      sums[c] += d;
      sums[channels + c] += d * d;
    }
}

// The gradients by gamma and beta.
EXPORT("normalise_sums")
void normalise_sums(const float *slope, const float *normal, index rows, index channels, float *by_gamma, float *by_beta) {
  sum_rows(slope, rows, channels, by_beta);
  clear(by_gamma, channels);
  for (index i = 0; i < rows * channels; i += channels)
    for (index c = 0; c < channels; c++) by_gamma[c] += slope[i + c] * normal[i + c];
}

// slope becomes that by x; by_gamma, by_beta are those by the parameters over `all` rows of the batch. Ioffe & Szegedy 2015, section 3.
EXPORT("normalise_back")
void normalise_back(float *slope, const float *normal, index rows, index channels, const float *scale, const float *gamma,
                    const float *by_gamma, const float *by_beta, index all) {
  float share = 1.0f / all;
  for (index i = 0; i < rows * channels; i += channels)
    for (index c = 0; c < channels; c++)
      slope[i + c] = gamma[c] * scale[c] * (slope[i + c] - share * (by_beta[c] + normal[i + c] * by_gamma[c]));
}

// ---- largest of 2x2

EXPORT("pool")
void pool(const float *x, index n, index height, index width, index channels, float *y, unsigned char *which) {
  index rows = (height + 1) / 2, columns = (width + 1) / 2;
  for (index i = 0; i < n; i++)
    for (index r = 0; r < rows; r++)
      for (index c = 0; c < columns; c++)
        for (index d = 0; d < channels; d++, y++, which++) {
          int first = 1;
          for (int f = 0; f < 4; f++) {
            index sy = 2 * r + (f >> 1), sx = 2 * c + (f & 1);
            if (sy >= height || sx >= width) continue;
            float value = x[((i * height + sy) * width + sx) * channels + d];
            if (first || value > *y) { *y = value; *which = f; first = 0; }
          }
        }
}

EXPORT("pool_back")
void pool_back(const float *slope, const unsigned char *which, index n, index height, index width, index channels, float *x) {
  index rows = (height + 1) / 2, columns = (width + 1) / 2;
  clear(x, n * height * width * channels);
  for (index i = 0; i < n; i++)
    for (index r = 0; r < rows; r++)
      for (index c = 0; c < columns; c++)
        for (index d = 0; d < channels; d++, slope++, which++)
          x[((i * height + 2 * r + (*which >> 1)) * width + 2 * c + (*which & 1)) * channels + d] += *slope;
}

// ---- lots

static inline unsigned mix(unsigned x) {
  x ^= x >> 16;
  x *= 0x21f0aaadu;
  x ^= x >> 15;
  x *= 0x735a2d97u;
  return x ^ x >> 15;
}

// ---- optimizer

// Adam as Keras writes it: rate has the corrections of step t in it. Kingma & Ba 2015, section 2.
EXPORT("adam")
void adam(float *x, const float *slope, float *first, float *second, index count, float rate, float beta1, float beta2, float epsilon) {
  for (index i = 0; i < count; i++) {
    first[i] += (slope[i] - first[i]) * (1 - beta1);
    second[i] += (slope[i] * slope[i] - second[i]) * (1 - beta2);
    x[i] -= rate * first[i] / (__builtin_sqrtf(second[i]) + epsilon);
  }
}

// A speed that keeps a share of itself and falls with the slope; x goes at it. Keras' SGD.
EXPORT("momentum") void momentum(float *x, const float *slope, float *speed, index count, float rate, float kept) {
  for (index i = 0; i < count; i++) {
    speed[i] = kept * speed[i] - rate * slope[i];
    x[i] += speed[i];
  }
}

// to += rate * (from - to): an average that moves
EXPORT("follow") void follow(float *to, const float *from, index count, float rate) {
  for (index i = 0; i < count; i++) to[i] += rate * (from[i] - to[i]);
}

// to = from * scale, or 0 where one of 65,536 lots is among the first `dropped`: lot i of a seed is half of word(seed, i) in state/latent.js.
EXPORT("drop") void drop(const float *from, float *to, index count, unsigned seed, unsigned first, unsigned dropped, float scale) {
  seed = mix(seed ^ 0x6a09e667u);
  for (index i = 0; i < count; i++) to[i] = mix(seed + (first + (unsigned)i) * 0x9e3779b1u) >> 16 < dropped ? 0 : from[i] * scale;
}

// x *= by[i % channels of its row]
EXPORT("scale_rows") void scale_rows(float *x, const float *by, index rows, index channels) {
  for (index i = 0; i < rows; i++)
    for (index c = 0; c < channels; c++) x[i * channels + c] *= by[i];
}

// ---- eigenvectors of a symmetric matrix, in double precision: Householder's reflections to three diagonals, then implicit QR steps with
// Wilkinson's shift. Golub and Van Loan, Matrix Computations, chapter 8.3; eigen.js is the same for pages without this memory.

#define MOST_STEPS 60  // for each value; two or three are usual

static inline double size_of(double x) { return __builtin_fabs(x); }

// To three diagonals, by one reflection a column; the rows of q are taken along. v and w are room for n each.
static void reflect(double *a, double *q, double *v, double *w, index n) {
  for (index k = 0; k + 2 < n; k++) {
    double norm = 0, length = 0, along = 0;
    for (index i = k + 1; i < n; i++) { v[i] = a[i * n + k]; norm += v[i] * v[i]; }
    norm = __builtin_sqrt(norm);
    if (norm == 0) continue;
    v[k + 1] += v[k + 1] < 0 ? -norm : norm;
    for (index i = k + 1; i < n; i++) length += v[i] * v[i];
    double twice = 2 / length;
    // a - v w' - w v', with w = 2 a v / v'v less its own part along v
    for (index i = k; i < n; i++) {
      double sum = 0;
      for (index j = k + 1; j < n; j++) sum += a[i * n + j] * v[j];
      w[i] = sum * twice;
      if (i > k) along += w[i] * v[i];
    }
    along *= twice / 2;
    v[k] = 0;
    for (index i = k + 1; i < n; i++) w[i] -= along * v[i];
    for (index i = k; i < n; i++) {
      double x = v[i], y = w[i];
      for (index j = k; j < n; j++) a[i * n + j] -= x * w[j] + y * v[j];
    }
    for (index j = 0; j < n; j++) w[j] = 0;
    for (index i = k + 1; i < n; i++) for (index j = 0; j < n; j++) w[j] += v[i] * q[i * n + j];
    for (index i = k + 1; i < n; i++) {
      double x = twice * v[i];
      for (index j = 0; j < n; j++) q[i * n + j] -= x * w[j];
    }
  }
}

// One implicit QR step on rows start ... end.
static void qr_step(double *diagonal, double *beside, double *q, index start, index end, index n) {
  double half = (diagonal[end - 1] - diagonal[end]) / 2, last = beside[end - 1];
  double root = __builtin_sqrt(half * half + last * last);
  double x = diagonal[start] - (diagonal[end] - last * last / (half + (half < 0 ? -root : root))), z = beside[start];
  for (index k = start; k < end; k++) {
    double r = __builtin_sqrt(x * x + z * z), c = r == 0 ? 1 : x / r, s = r == 0 ? 0 : z / r;
    if (k > start) beside[k - 1] = r;
    double p = diagonal[k], d = diagonal[k + 1], e = beside[k];
    diagonal[k] = c * c * p + 2 * c * s * e + s * s * d;
    diagonal[k + 1] = s * s * p - 2 * c * s * e + c * c * d;
    beside[k] = x = c * s * (d - p) + (c * c - s * s) * e;
    if (k + 1 < end) { z = s * beside[k + 1]; beside[k + 1] *= c; }
    double *a = q + k * n, *b = a + n;
    for (index j = 0; j < n; j++) {
      double above = a[j], below = b[j];
      a[j] = c * above + s * below;
      b[j] = c * below - s * above;
    }
  }
}

// Room for `eigen`, in floats.
EXPORT("eigen_room") index eigen_room(index n) { return 2 * (2 * n * n + 4 * n); }

// The vectors of finite numbers [n, n], as columns, by ascending values.
EXPORT("eigen") void eigen(const float *matrix, index n, float *vectors, double *workspace) {
  double *a = workspace, *q = a + n * n, *diagonal = q + n * n, *beside = diagonal + n, *v = beside + n, *w = v + n;
  for (index i = 0; i < n * n; i++) { a[i] = matrix[i]; q[i] = 0; }
  for (index i = 0; i < n; i++) q[i * n + i] = 1;
  reflect(a, q, v, w, n);
  for (index i = 0; i < n; i++) { diagonal[i] = a[i * n + i]; beside[i] = i + 1 < n ? a[i * n + i + 1] : 0; }
  index end = n - 1;
  for (index left = MOST_STEPS * n; end > 0 && left > 0; left--) {
    index start = end;
    while (start > 0 && size_of(beside[start - 1]) > __DBL_EPSILON__ * (size_of(diagonal[start - 1]) + size_of(diagonal[start]))) start--;
    if (start == end) beside[--end] = 0;
    else qr_step(diagonal, beside, q, start, end, n);
  }
  // the smallest that is left goes to the next column
  for (index to = 0; to < n; to++) {
    index from = to;
    for (index i = to + 1; i < n; i++) if (diagonal[i] < diagonal[from]) from = i;
    double value = diagonal[from];
    diagonal[from] = diagonal[to];
    diagonal[to] = value;
    for (index j = 0; j < n; j++) {
      double number = q[from * n + j];
      q[from * n + j] = q[to * n + j];
      q[to * n + j] = number;
      vectors[j * n + to] = (float)number;
    }
  }
}
