/** Deciders laid over one another: the first that has an answer decides. */
export interface Layers<Ask extends readonly unknown[], Answer> {
  /** Answers null where it has nothing to say. Returns how it is taken away again. */
  add(layer: (...ask: Ask) => Answer | null): () => void
  ask(...ask: Ask): Answer | null
  clear(): void
}

export function layers<Ask extends readonly unknown[], Answer>(): Layers<Ask, Answer> {
  const all = new Set<(...ask: Ask) => Answer | null>()
  return {
    add: (layer) => {
      all.add(layer)
      return () => void all.delete(layer)
    },
    ask: (...ask) => {
      for (const layer of all) {
        const answer = layer(...ask)
        if (answer !== null) return answer
      }
      return null
    },
    clear: () => all.clear(),
  }
}
