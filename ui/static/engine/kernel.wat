;; matmul of kernel.js on 128-bit vectors: c[m, n] = a[m, k] @ b + bias, n a multiple of 8, b packed in panels of 8 columns.
;; All arguments but m, k, n are byte offsets. Made into kernel.wasm by kernel.build.mjs.
(module
  (import "env" "memory" (memory 1))

  (func (export "matmul") (param $a i32) (param $b i32) (param $bias i32) (param $c i32) (param $m i32) (param $k i32) (param $n i32)
    (local $row i32) (local $column i32) (local $panel i32) (local $end i32) (local $q i32) (local $aRow i32) (local $cRow i32)
    (local $aStride i32) (local $cStride i32) (local $panelBytes i32)
    (local $bias0 v128) (local $bias1 v128) (local $b0 v128) (local $b1 v128) (local $x v128)
    (local $s0 v128) (local $s1 v128) (local $t0 v128) (local $t1 v128) (local $u0 v128) (local $u1 v128) (local $v0 v128) (local $v1 v128)
    (local $a1 i32) (local $a2 i32) (local $a3 i32)

    (local.set $aStride (i32.shl (local.get $k) (i32.const 2)))
    (local.set $cStride (i32.shl (local.get $n) (i32.const 2)))
    (local.set $panelBytes (i32.shl (local.get $k) (i32.const 5)))
    (local.set $panel (local.get $b))

    (loop $columns
      (local.set $bias0 (v128.load (i32.add (local.get $bias) (i32.shl (local.get $column) (i32.const 2)))))
      (local.set $bias1 (v128.load offset=16 (i32.add (local.get $bias) (i32.shl (local.get $column) (i32.const 2)))))
      (local.set $end (i32.add (local.get $panel) (local.get $panelBytes)))
      (local.set $aRow (local.get $a))
      (local.set $cRow (i32.add (local.get $c) (i32.shl (local.get $column) (i32.const 2))))
      (local.set $row (i32.const 0))

      ;; four rows at a time: eight sums stay in registers
      (block $fourDone
        (loop $four
          (br_if $fourDone (i32.gt_s (i32.add (local.get $row) (i32.const 4)) (local.get $m)))
          (local.set $s0 (local.get $bias0)) (local.set $s1 (local.get $bias1))
          (local.set $t0 (local.get $bias0)) (local.set $t1 (local.get $bias1))
          (local.set $u0 (local.get $bias0)) (local.set $u1 (local.get $bias1))
          (local.set $v0 (local.get $bias0)) (local.set $v1 (local.get $bias1))
          (local.set $a1 (i32.add (local.get $aRow) (local.get $aStride)))
          (local.set $a2 (i32.add (local.get $a1) (local.get $aStride)))
          (local.set $a3 (i32.add (local.get $a2) (local.get $aStride)))
          (local.set $q (local.get $panel))
          (loop $sum
            (local.set $b0 (v128.load (local.get $q)))
            (local.set $b1 (v128.load offset=16 (local.get $q)))
            (local.set $x (v128.load32_splat (local.get $aRow)))
            (local.set $s0 (f32x4.add (local.get $s0) (f32x4.mul (local.get $x) (local.get $b0))))
            (local.set $s1 (f32x4.add (local.get $s1) (f32x4.mul (local.get $x) (local.get $b1))))
            (local.set $x (v128.load32_splat (local.get $a1)))
            (local.set $t0 (f32x4.add (local.get $t0) (f32x4.mul (local.get $x) (local.get $b0))))
            (local.set $t1 (f32x4.add (local.get $t1) (f32x4.mul (local.get $x) (local.get $b1))))
            (local.set $x (v128.load32_splat (local.get $a2)))
            (local.set $u0 (f32x4.add (local.get $u0) (f32x4.mul (local.get $x) (local.get $b0))))
            (local.set $u1 (f32x4.add (local.get $u1) (f32x4.mul (local.get $x) (local.get $b1))))
            (local.set $x (v128.load32_splat (local.get $a3)))
            (local.set $v0 (f32x4.add (local.get $v0) (f32x4.mul (local.get $x) (local.get $b0))))
            (local.set $v1 (f32x4.add (local.get $v1) (f32x4.mul (local.get $x) (local.get $b1))))
            (local.set $aRow (i32.add (local.get $aRow) (i32.const 4)))
            (local.set $a1 (i32.add (local.get $a1) (i32.const 4)))
            (local.set $a2 (i32.add (local.get $a2) (i32.const 4)))
            (local.set $a3 (i32.add (local.get $a3) (i32.const 4)))
            (local.set $q (i32.add (local.get $q) (i32.const 32)))
            (br_if $sum (i32.lt_u (local.get $q) (local.get $end))))
          (v128.store (local.get $cRow) (local.get $s0))
          (v128.store offset=16 (local.get $cRow) (local.get $s1))
          (local.set $cRow (i32.add (local.get $cRow) (local.get $cStride)))
          (v128.store (local.get $cRow) (local.get $t0))
          (v128.store offset=16 (local.get $cRow) (local.get $t1))
          (local.set $cRow (i32.add (local.get $cRow) (local.get $cStride)))
          (v128.store (local.get $cRow) (local.get $u0))
          (v128.store offset=16 (local.get $cRow) (local.get $u1))
          (local.set $cRow (i32.add (local.get $cRow) (local.get $cStride)))
          (v128.store (local.get $cRow) (local.get $v0))
          (v128.store offset=16 (local.get $cRow) (local.get $v1))
          (local.set $cRow (i32.add (local.get $cRow) (local.get $cStride)))
          ;; $a3 stands at the end of the fourth row
          (local.set $aRow (local.get $a3))
          (local.set $row (i32.add (local.get $row) (i32.const 4)))
          (br $four)))

      ;; the rows that are left, and dense layers
      (block $oneDone
        (loop $one
          (br_if $oneDone (i32.ge_s (local.get $row) (local.get $m)))
          (local.set $s0 (local.get $bias0)) (local.set $s1 (local.get $bias1))
          (local.set $q (local.get $panel))
          (loop $sum
            (local.set $x (v128.load32_splat (local.get $aRow)))
            (local.set $s0 (f32x4.add (local.get $s0) (f32x4.mul (local.get $x) (v128.load (local.get $q)))))
            (local.set $s1 (f32x4.add (local.get $s1) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $q)))))
            (local.set $aRow (i32.add (local.get $aRow) (i32.const 4)))
            (local.set $q (i32.add (local.get $q) (i32.const 32)))
            (br_if $sum (i32.lt_u (local.get $q) (local.get $end))))
          (v128.store (local.get $cRow) (local.get $s0))
          (v128.store offset=16 (local.get $cRow) (local.get $s1))
          (local.set $cRow (i32.add (local.get $cRow) (local.get $cStride)))
          (local.set $row (i32.add (local.get $row) (i32.const 1)))
          (br $one)))

      (local.set $panel (local.get $end))
      (local.set $column (i32.add (local.get $column) (i32.const 8)))
      (br_if $columns (i32.lt_s (local.get $column) (local.get $n))))))
