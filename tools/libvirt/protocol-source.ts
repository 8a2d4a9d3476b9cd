/** The layouts and numbers in libvirt's protocol descriptions, read from a source tree; nothing of them is kept. */
export interface ProtocolSource {
  /** Number → name in lower case, as `domain_get_info`. */
  readonly names: ReadonlyMap<number, string>
  /** The shape of a structure, in the notation of the client's codecs; null where there is no such structure. */
  shapeOf(struct: string): string | null
}

const CONSTANTS: Readonly<Record<string, number>> = { VIR_UUID_BUFLEN: 16 }
const SCALARS: Readonly<Record<string, string>> = {
  int: 'int',
  'unsigned int': 'uint',
  unsigned: 'uint',
  hyper: 'hyper',
  'unsigned hyper': 'uhyper',
  double: 'double',
  // One byte or two of C are four on the wire; of these the client reads small positive numbers alone.
  char: 'char',
  'unsigned char': 'uint',
  'unsigned short': 'uint',
}
/** An enum is an int. */
const ENUMS = new Set(['remote_auth_type'])

/** @param text one or more `.x` files, concatenated @param prefix of the procedures' enum, as `REMOTE_PROC_` */
export function readProtocol(text: string, prefix: string): ProtocolSource {
  const plain = text.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/^%.*$/gm, '')
  const structs = new Map(
    [...plain.matchAll(/struct (\w+) \{(.*?)\};/gs)].map(([, name = '', body = '']) => [name, body]),
  )
  const unions = new Map(
    [...plain.matchAll(/union (\w+) switch \(int type\) \{(.*?)\};/gs)].map(([, name = '', body = '']) => [name, body]),
  )
  const types = new Map([...plain.matchAll(/^\s*typedef (.*?);/gm)].map(([, body = '']) => declared(body)))
  const numbers = [...plain.matchAll(new RegExp(`${prefix}(\\w+) = (\\d+)`, 'g'))]

  const shapeOfType = (type: string): string => {
    const scalar = SCALARS[type]
    if (scalar !== undefined) return scalar
    if (ENUMS.has(type)) return 'int'
    const alias = types.get(type)
    if (alias !== undefined) return alias(shapeOfType)
    return shapeOf(type) ?? `<unknown ${type}>`
  }
  const shapeOf = (name: string): string | null => {
    const body = structs.get(name)
    if (body !== undefined) return shapesIn(body, shapeOfType).join(' ')
    const arms = unions.get(name)
    if (arms === undefined) return null
    return `{${shapesIn(arms.replaceAll(/case \w+:/g, ''), shapeOfType)
      .map((shape, at) => `${at + 1}:${shape}`)
      .join(' ')}}`
  }
  return {
    names: new Map(numbers.map(([, name = '', number]) => [Number(number), name.toLowerCase()])),
    shapeOf,
  }
}

function shapesIn(body: string, shapeOfType: (type: string) => string): readonly string[] {
  return body
    .split(';')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => declared(line)[1](shapeOfType))
    .filter((shape) => shape !== '')
}

/** One declaration: `string name<MAX>`, `opaque uuid[16]`, `remote_domain *dom`, `remote_typed_param params<MAX>`. */
function declared(text: string): readonly [name: string, shape: (of: (type: string) => string) => string] {
  const found = /^(.*?)\s*(\*?)\s*(\w+)\s*(?:([<[])\s*(\w*)\s*[>\]])?$/s.exec(text.replaceAll(/\s+/g, ' ').trim())
  const [, type = '', pointer, name = '', bracket, size = ''] = found ?? []
  return [
    name,
    (of) => {
      if (type === 'string') return 'string'
      if (type === 'opaque') return bracket === '<' ? 'opaque<>' : `opaque[${CONSTANTS[size] ?? size}]`
      if (bracket === '<') return `(${of(type)})<>`
      if (bracket === '[') return `${of(type)}[${CONSTANTS[size] ?? size}]`
      return pointer === '*' ? `?(${of(type)})` : of(type)
    },
  ]
}
