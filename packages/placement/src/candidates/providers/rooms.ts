import { leftOf } from '../request/fit.ts'
import type { ProviderTree } from '../types.ts'

/**
 * For each tree of a list, the most that one claim can take of a class from one of its providers: numbers side by side,
 * by which a search passes over full hosts without touching them.
 */
export interface Rooms {
  /** One number for each tree; -1 where nobody has the class. Worked out when a class is first asked for. */
  of(resourceClass: string): ArrayLike<number>
  /** Works out those of these classes that are not known yet, and yields after each piece of the work. */
  prepare(resourceClasses: Iterable<string>): Iterable<void>
  /** From a position on, `gone` trees (none or one) made room for others. */
  spliced(position: number, gone: number, trees: readonly ProviderTree[]): void
  /** Everything moved. */
  reset(): void
}

export function openRooms(trees: () => readonly ProviderTree[]): Rooms {
  const columns = new Map<string, Float64Array>()
  const columnOf = (resourceClass: string): Float64Array => {
    const known = columns.get(resourceClass)
    if (known !== undefined) return known
    const column = Float64Array.from(trees(), (tree) => mostOf(tree, resourceClass))
    columns.set(resourceClass, column)
    return column
  }
  return {
    of: columnOf,
    prepare: function* (resourceClasses) {
      for (const resourceClass of resourceClasses) {
        if (columns.has(resourceClass)) continue
        columnOf(resourceClass)
        yield
      }
    },
    spliced: (position, gone, come) => {
      for (const [resourceClass, column] of columns) {
        const most = come.map((tree) => mostOf(tree, resourceClass))
        if (gone === most.length) column.set(most, position)
        else columns.set(resourceClass, Float64Array.from([...column].toSpliced(position, gone, ...most)))
      }
    },
    reset: () => columns.clear(),
  }
}

function mostOf({ providers }: ProviderTree, resourceClass: string): number {
  let most = -1
  for (const { inventories } of providers) {
    const inventory = inventories.get(resourceClass)
    if (inventory !== undefined) most = Math.max(most, Math.min(leftOf(inventory), inventory.maxUnit))
  }
  return most
}
