/** As few of them as still fail, by delta debugging (Zeller and Hildebrandt 2002): no one of them can be left out. */
export async function ddmin<T>(
  all: readonly T[],
  fails: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let left = all
  for (let parts = 2; left.length >= 2;) {
    const size = Math.ceil(left.length / parts)
    const smaller = await firstThatFails(rests(left, size), fails)
    if (smaller !== null) {
      left = smaller
      parts = Math.max(parts - 1, 2)
    } else if (parts >= left.length) break
    else parts = Math.min(parts * 2, left.length)
  }
  return left.length === 1 && (await fails([])) ? [] : left
}

/** What is left when one part after another is taken away. */
function rests<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const starts = Array.from({ length: Math.ceil(all.length / size) }, (_, index) => index * size)
  return starts.map((start) => [...all.slice(0, start), ...all.slice(start + size)])
}

async function firstThatFails<T>(
  candidates: readonly (readonly T[])[],
  fails: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | null> {
  for (const candidate of candidates) if (await fails(candidate)) return candidate
  return null
}
