/** A value as Python writes it: clients compare such texts. */
export function pythonText(value: unknown): string {
  return written(value, { characters: Infinity }, DEEPEST)
}

/** Levels that are written. A body can be nested deeper than calls can be. */
const DEEPEST = 100

/** What is left to be written; what lies behind that is left out. */
interface Budget {
  characters: number
}

function written(value: unknown, budget: Budget, levels: number): string {
  if (typeof value === 'string') return spent(quoted(value.slice(0, Math.max(0, budget.characters) + 1)), budget)
  if (typeof value !== 'object' || value === null) return spent(leafText(value), budget)
  const isList = Array.isArray(value)
  const parts: string[] = []
  if (levels === 0) parts.push(spent('...', budget))
  else {
    for (const key in value) {
      if (budget.characters < 0) break
      const name = isList ? '' : spent(`${quoted(key.slice(0, Math.max(0, budget.characters) + 1))}: `, budget)
      parts.push(name + written((value as Record<string, unknown>)[key], budget, levels - 1))
    }
  }
  const inner = parts.join(', ')
  return spent(isList ? `[${inner}]` : `{${inner}}`, budget, 2)
}

function leafText(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return String(value as number)
}

function spent(text: string, budget: Budget, characters = text.length): string {
  budget.characters -= characters
  return text
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
  const text = written(value, { characters: LONGEST }, DEEPEST)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`
}
