/** As OpenStack's services read one: dashes, braces, `urn:uuid:` and capitals make no difference. */
export function isUuid(text: unknown): boolean {
  return typeof text === 'string' && (usual.test(text) || bare(text) !== null)
}

const usual = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** In lower case with dashes; null for what is no UUID. */
export function normalUuid(text: string): string | null {
  if (usual.test(text)) return text
  const hex = bare(text)
  if (hex === null) return null
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

function bare(text: string): string | null {
  const hex = text
    .replace('urn:', '')
    .replace('uuid:', '')
    .replace(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '')
    .toLowerCase()
  return /^[0-9a-f]{32}$/.test(hex) ? hex : null
}
