/** A request's body. Null: it has more than `most` bytes, of which no more are read. */
export async function bodyUpTo(message: Request | Response, most: number): Promise<Uint8Array | null> {
  if (message.body === null) return new Uint8Array()
  if (Number(message.headers.get('content-length') ?? 0) > most) {
    await message.body.cancel()
    return null
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of message.body) {
    size += chunk.length
    // Leaving the loop cancels the stream.
    if (size > most) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
