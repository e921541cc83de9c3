/** What the lesson's autoencoders give on test pictures, written by `python tools/lesson.py`. */

/** @type {import("./nets.js").Measured} */
export const MEASURED = {
  "tested": 500,
  "read": 1.0,
  "codes": [
    {
      "size": 2,
      "ratio": 392.0,
      "bytes": 209340,
      "code": {
        "mse": 0.048096,
        "bce": 0.20464,
        "read": 0.476
      },
      "pca": {
        "mse": 0.055119,
        "bce": 0.22997,
        "read": 0.196
      }
    },
    {
      "size": 8,
      "ratio": 98.0,
      "bytes": 210912,
      "code": {
        "mse": 0.023402,
        "bce": 0.1328,
        "read": 0.838
      },
      "pca": {
        "mse": 0.036355,
        "bce": 0.17974,
        "read": 0.502
      }
    },
    {
      "size": 32,
      "ratio": 24.5,
      "bytes": 217200,
      "code": {
        "mse": 0.0089323,
        "bce": 0.089363,
        "read": 0.98
      },
      "pca": {
        "mse": 0.015425,
        "bce": 0.11842,
        "read": 0.982
      }
    },
    {
      "size": 128,
      "ratio": 6.125,
      "bytes": 242368,
      "code": {
        "mse": 0.0059038,
        "bce": 0.079852,
        "read": 0.994
      },
      "pca": {
        "mse": 0.0034412,
        "bce": 0.08054,
        "read": 1.0
      }
    }
  ],
  "denoising": {
    "trained": {
      "noise": {
        "0": 0.0077717,
        "0.2": 0.0087235,
        "0.4": 0.01229
      },
      "blank": {
        "left": 0.021645,
        "right": 0.024632,
        "top": 0.024075,
        "bottom": 0.025826
      },
      "untouched": {
        "noise": {
          "0": 0.0,
          "0.2": 0.021243,
          "0.4": 0.079614
        },
        "blank": {
          "left": 0.050729,
          "right": 0.0637,
          "top": 0.053662,
          "bottom": 0.060767
        }
      }
    },
    "plain": {
      "noise": {
        "0": 0.0022396,
        "0.2": 0.044925,
        "0.4": 0.058289
      },
      "blank": {
        "left": 0.051185,
        "right": 0.063633,
        "top": 0.054618,
        "bottom": 0.061188
      },
      "untouched": {
        "noise": {
          "0": 0.0,
          "0.2": 0.021243,
          "0.4": 0.079614
        },
        "blank": {
          "left": 0.050729,
          "right": 0.0637,
          "top": 0.053662,
          "bottom": 0.060767
        }
      }
    }
  },
  "stacked": [
    {
      "size": 128,
      "mse": 0.003962
    },
    {
      "size": 48,
      "mse": 0.012003
    },
    {
      "size": 16,
      "mse": 0.020784
    }
  ]
};
