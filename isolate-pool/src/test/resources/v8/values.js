// Values by name, for which real V8 and the platform must write the same bytes. A script whose value is an object.
(() => {
  const cycle = {};
  cycle.self = cycle;
  const shared = { x: 1 };
  const buffer = new ArrayBuffer(8);
  const sparse = [];
  sparse[4294967294] = 1;
  const stack = (error) => Object.defineProperty(error, "stack", { value: "S", configurable: true, writable: true });
  const unnamed = stack(new Error("x"));
  unnamed.name = "Foo";
  unnamed.extra = 1;
  const noStack = new Error("x");
  Object.defineProperty(noStack, "stack", { value: 5 });
  let deep = {};
  for (let i = 0; i < 200; i++) deep = i % 2 ? { deep } : [deep];
  return {
    undefined: undefined, null: null, true: true, false: false,
    zero: 0, minusZero: -0, one: 1, minusOne: -1, int32Max: 2147483647, int32Min: -2147483648, past: 2147483648, half: 1.5,
    nan: NaN, infinity: Infinity, minusInfinity: -Infinity, tiny: 5e-324, sixtyThree: 63, sixtyFour: 64, large: 8191, larger: 8192,
    empty: "", ascii: "abc", latin: "é", latinLong: "é".repeat(100), two: "€", mixed: "a€", lone: "\ud800", emoji: "😀", zeroCharacter: "a\0b",
    long: "x".repeat(130), longer: "y".repeat(20000), twoLong: "€".repeat(65), twoLonger: "€\ud800".repeat(5000), padded: { k: "€€" }, paddedToo: { kk: "€€" },
    bigZero: 0n, big: 10n, bigMinus: -10n, big64: 2n ** 64n, big64less: 2n ** 64n - 1n, big200: -(2n ** 200n), bigLong: 3n ** 3000n,
    date: new Date(5), dateNone: new Date(NaN),
    regExp: /a+/giu, regExpSets: /[a]/v, regExpAll: /a/dsym, regExpSlash: /a\/\n/,
    boxedNumber: Object(1), boxedString: Object("é"), boxedTwo: Object("€"), boxedTrue: Object(true), boxedFalse: Object(false), boxedBig: Object(-5n),
    map: new Map([[1, { a: 1 }], ["x", new Set([1])]]), mapEmpty: new Map(), setEmpty: new Set(), setOfSets: new Set([new Set(), "a"]),
    array: [1, 2, 3], arrayEmpty: [], holes: [1, , 3], undefineds: [undefined, null], sparse, named: Object.assign([1], { x: 2 }), nested: [[[]], [[1]]],
    object: { a: 1, 2: 3, 4294967294: 1, 4294967295: 1, "-1": 2, "01": 3, 2147483648: 5 }, objectEmpty: {}, objectUndefined: { a: undefined },
    names: { "€": 1, é: 2, "": 3 }, proto: JSON.parse('{"__proto__":1}'), symbols: { [Symbol()]: 1, a: 1 }, getter: { get a() { return 1; } },
    instance: new (class P { x = 1; #y = 2; get z() { return this.#y; } })(), nullPrototype: Object.assign(Object.create(null), { a: 1 }),
    cycle, shared: [shared, shared], sharedInMap: new Map([[shared, shared]]), deep,
    buffer, bufferBytes: new Uint8Array([1, 2, 3]).buffer, resizable: new ArrayBuffer(2, { maxByteLength: 4 }),
    uint8: new Uint8Array([1, 2, 3]), part: new Uint8Array([1, 2, 3]).subarray(1), clamped: new Uint8ClampedArray([1]), int8: new Int8Array([-1]),
    int16: new Int16Array([-2]), uint16: new Uint16Array([1, 2]), int32: new Int32Array([1]), uint32: new Uint32Array([1]), float32: new Float32Array([1.5]),
    float64: new Float64Array([-0]), int64: new BigInt64Array([-1n]), uint64: new BigUint64Array([1n]), dataView: new DataView(new ArrayBuffer(4), 1, 2),
    views: [new Uint8Array(buffer), new Uint16Array(buffer, 2, 1), buffer], viewOfResizable: new Uint8Array(new ArrayBuffer(2, { maxByteLength: 4 }), 0, 1),
    error: stack(new Error("m")), rangeError: stack(new RangeError("m")), typeError: stack(new TypeError()), syntaxError: stack(new SyntaxError("€")),
    evalError: stack(new EvalError("m")), referenceError: stack(new ReferenceError("m")), uriError: stack(new URIError("m")), unnamed, noStack,
    aggregate: stack(new AggregateError([1], "m")),
  };
})();
