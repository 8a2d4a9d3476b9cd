import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** A text file of the tree; `path` is relative to the root and has forward slashes. */
export interface TreeFile {
  readonly path: string
  readonly text: string
}

export type Tree = readonly TreeFile[]

/** One place where a house rule is broken. */
export interface Finding {
  readonly path: string
  /** From 1; 0 where the file as a whole is meant. */
  readonly line: number
  readonly what: string
}

/** Reads a tree and tells where it breaks one house rule. Knows nothing but the tree, so a test can plant faults. */
export type Rule = (tree: Tree) => readonly Finding[]

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.tmp', 'package-lock.json'])
const TEXT = /(\.(ts|mjs|json|md|ya?ml|sh|txt|svg)|\/LICENSE|\/\.[a-z]+rc|^\.ci\/.*)$/

/** All text files that people wrote. */
export async function readTree(root: string): Promise<Tree> {
  const files: TreeFile[] = []
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
      const here = path.posix.join(folder, entry.name)
      if (NOT_OURS.has(entry.name)) continue
      if (entry.isDirectory()) await visit(here)
      else if (entry.isFile() && TEXT.test(here))
        files.push({ path: here, text: await readFile(path.join(root, here), 'utf8') })
    }
  }
  await visit('')
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The TypeScript that is shipped. */
export function sources(tree: Tree): Tree {
  return tree.filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file.path))
}

export function typescript(tree: Tree): Tree {
  return tree.filter((file) => file.path.endsWith('.ts'))
}

/** `packages/core/src/saga/step.ts` → `packages/core`; null outside of the workspaces. */
export function roomOf(file: string): string | null {
  return /^(packages\/[^/]+|examples|bench)\//.exec(file)?.[1] ?? null
}
