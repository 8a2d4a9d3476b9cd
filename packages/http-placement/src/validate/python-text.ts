/** A value as Python writes it: clients compare such texts. */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`
  if (typeof value !== 'object') return String(value as number)
  const entries = Object.entries(value).map(([key, inner]) => `${quoted(key)}: ${pythonText(inner)}`)
  return `{${entries.join(', ')}}`
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

function quoted(text: string): string {
  if (!/[\p{Cc}\\'"]/u.test(text)) return `'${text}'`
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inner = Array.from(text, (char) => escapedChar(char, quote)).join('')
  return `${quote}${inner}${quote}`
}

function escapedChar(char: string, quote: string): string {
  if (char === quote) return `\\${char}`
  const known = named[char]
  if (known !== undefined) return known
  const code = char.codePointAt(0) ?? 0
  return code < 32 || code === 127 ? `\\x${code.toString(16).padStart(2, '0')}` : char
}

const LONGEST = 2000

/** The same, cut where nobody reads on. */
export function shownText(value: unknown): string {
  const text = pythonText(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`
}
