/** How many of MNIST's test pictures are named rightly, by how many labels: written by `python studies/few_labels.py --page`. */

/** @type {import("./rows.js").Row[]} */
export const MEASURED = [
  {
    "labels": 20,
    "steps": 1000,
    "sgan": [
      0.6536,
      0.5526
    ],
    "classifier": [
      0.5309,
      0.5396
    ]
  },
  {
    "labels": 100,
    "steps": 1000,
    "sgan": [
      0.8955,
      0.8887
    ],
    "classifier": [
      0.816,
      0.7888
    ]
  },
  {
    "labels": 1000,
    "steps": 1000,
    "sgan": [
      0.9472,
      0.9447
    ],
    "classifier": [
      0.9207,
      0.9239
    ]
  }
];
