/** The same value, which throws at every attempt to change any part of it, Maps and Sets included. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map || value instanceof Set) {
    for (const entry of value instanceof Map ? [...value].flat() : value) frozen(entry)
    for (const method of ['set', 'add', 'delete', 'clear']) Object.defineProperty(value, method, { value: refuse })
  }
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}

function refuse(): never {
  throw new TypeError('this Map or Set is frozen')
}
