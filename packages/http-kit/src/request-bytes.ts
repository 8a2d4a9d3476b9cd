/** Bodies that a server has read whole already. */
const known = new WeakMap<Request, Uint8Array>()

export function rememberBytes(request: Request, bytes: Uint8Array): void {
  known.set(request, bytes)
}

/** The whole body: at once where the server has it, else read out of the request, once. */
export async function bytesOf(request: Request): Promise<Uint8Array> {
  return known.get(request) ?? (await request.bytes())
}
