;; ends: exceededCpu, exceededMemory; cpuMs: 500
;; Asks for memory without end, writes to its last page, and goes on when there is no more.
(module
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $again
      (drop (memory.grow (i32.const 100)))
      (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (i32.const 7))
      (br $again))))
