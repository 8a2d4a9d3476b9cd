/** Does so many of a list at a time, begun in its order. @throws what failed first, once those under way are over */
export async function eachOf<T>(
  items: readonly T[],
  width: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0
  let failed = false
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const at = next++
      await work(items[at] as T, at).catch((error: unknown) => {
        failed = true
        throw error
      })
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker))
  const failure = ended.find((one) => one.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}
