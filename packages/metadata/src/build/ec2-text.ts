import { isFolder, type Ec2Folder, type Ec2Node } from './ec2-tree.ts'

/** The node that a path leads to, step by step. Null: there is none. */
export function ec2Node(root: Ec2Folder, steps: readonly string[]): Ec2Node | null {
  let node: Ec2Node = root
  for (const step of steps) {
    if (!isFolder(node)) return null
    const next: Ec2Node | undefined = node.entries.get(step)
    if (next === undefined) return null
    node = next
  }
  return node ?? ''
}

/** What a node says: a folder lists what is in it (nova/api/metadata/base.py, `ec2_md_print`). */
export function ec2Text(node: Ec2Node): string | Uint8Array {
  if (node instanceof Uint8Array || typeof node === 'string') return node
  if (Array.isArray(node)) return node.map(oneLine).join('\n')
  return isFolder(node) ? listing(node).join('\n') : String(node ?? '')
}

function listing({ entries }: Ec2Folder): readonly string[] {
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([name, value]) => (isFolder(value) ? oneLine(value.label ?? `${name}/`) : name))
}

/** A name takes one line of a list, whatever somebody has called the thing. */
function oneLine(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}
