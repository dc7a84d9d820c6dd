/**
 * The iteration of Web IDL's pair iterables. `pairsOf(object)` gives the pairs as a flat array of names and values, anew
 * at each step, since a change of the object during the iteration shows.
 */
export function pairIterator(core, name, pairsOf) {
  const state = core.slots();
  const arrayIterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  const prototype = Object.create(arrayIterator, {
    next: {
      value: {
        next() {
          const own = state.get(this);
          if (own === undefined) throw new TypeError(`Illegal invocation: this is not a ${name} Iterator`);
          const pairs = pairsOf(own.object);
          const at = own.index;
          if (at >= pairs.length) return { value: undefined, done: true };
          own.index = at + 2;
          const value =
            own.kind === "key" ? pairs[at] : own.kind === "value" ? pairs[at + 1] : [pairs[at], pairs[at + 1]];
          return { value, done: false };
        },
      }.next,
      writable: true,
      enumerable: true,
      configurable: true,
    },
    [Symbol.toStringTag]: { value: `${name} Iterator`, configurable: true },
  });
  return (object, kind) => {
    const iterator = Object.create(prototype);
    state.set(iterator, { object, kind, index: 0 });
    return iterator;
  };
}

/** Web IDL's `forEach` of a pair iterable. */
export function forEachPair(object, pairsOf, callback, thisValue) {
  if (typeof callback !== "function") throw new TypeError("forEach: the callback must be a function");
  for (let at = 0; at < pairsOf(object).length; at += 2) {
    const pairs = pairsOf(object);
    Reflect.apply(callback, thisValue, [pairs[at + 1], pairs[at], object]);
  }
}
