/**
 * A header that may stand there once. Fetch joins repeated ones with a comma, which no id, tenant or address has in it.
 * @returns undefined where it is absent, null where it is repeated or no single value
 */
export function oneHeader(request: Request, name: string): string | null | undefined {
  const value = request.headers.get(name)
  if (value === null) return undefined
  return value === '' || value.includes(',') || value.length > 255 ? null : value
}
