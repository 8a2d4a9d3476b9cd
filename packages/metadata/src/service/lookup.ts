import type { FirstBootInput } from '@novakit/core/vocabulary'
import { contentFiles } from '../build/content.ts'
import { ec2Node, ec2Text } from '../build/ec2-text.ts'
import { ec2Tree } from '../build/ec2-tree.ts'
import { openstackDocument, openstackFiles } from '../build/openstack.ts'
import type { DocumentOptions } from '../build/options.ts'
import { ec2Version, EC2_VERSIONS, LATEST, openstackVersion, openstackVersionsOn } from '../build/versions.ts'

/** What stands at a path. */
export type Found =
  | { readonly kind: 'document'; readonly body: string | Uint8Array; readonly type: string }
  | { readonly kind: 'password' }

/** What a server is shown, and the day on which it asks (`2026-01-31`). */
export interface Shown {
  readonly input: FirstBootInput
  readonly options: DocumentOptions
  readonly day: string
}

const TEXT = 'text/plain; charset=UTF-8'
const JSON_TYPE = 'application/json'

/**
 * The steps of a path, without empty ones and `.`; `..` goes back. A URL has had its `..` resolved already, so these
 * are encoded ones. Null for what cannot be decoded, and for a step with an encoded slash in it: no name has one.
 */
export function stepsOf(path: string): readonly string[] | null {
  const steps: string[] = []
  for (const part of path.split('/')) {
    const step = decoded(part)
    if (step === null || step.includes('/')) return null
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps
}

function decoded(part: string): string | null {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

/** What is not OpenStack's is EC2's, with or without `ec2` before it. Null: nothing stands there. */
export function lookup(shown: Shown, steps: readonly string[]): Found | null {
  const [first, ...rest] = steps
  if (first === 'openstack') return inOpenstack(shown, rest)
  return inEc2(shown, first === 'ec2' ? rest : steps)
}

/** EC2's versions: the answer to `/`, which is the same for everybody. */
export function ec2Versions(): Found {
  return listing([...EC2_VERSIONS, LATEST])
}

function inEc2({ input, options }: Shown, [name, ...rest]: readonly string[]): Found | null {
  if (name === undefined) return ec2Versions()
  const version = ec2Version(name)
  const node = version === null ? null : ec2Node(ec2Tree(input, version, options), rest)
  return node === null ? null : text(ec2Text(node))
}

function inOpenstack(shown: Shown, [name, ...rest]: readonly string[]): Found | null {
  if (name === undefined) return listing(openstackVersionsOn(shown.day))
  if (name === 'content') return inContent(shown, rest)
  const version = openstackVersion(name)
  const [file, ...more] = rest
  if (version === null || more.length > 0) return null
  const files = openstackFiles(shown.input, version)
  if (file === undefined) return listing(files)
  if (file === 'password' && files.includes(file)) return { kind: 'password' }
  const body = openstackDocument(shown.input, version, file, shown.options, 'service')
  if (body === null) return null
  return { kind: 'document', body, type: file.endsWith('.json') ? JSON_TYPE : TEXT }
}

/** Injected files are for drives alone. */
function inContent({ input }: Shown, [id, ...more]: readonly string[]): Found | null {
  const found = contentFiles(input).find((file) => file.id === id && file.path === null)
  return found === undefined || more.length > 0 ? null : text(found.content)
}

function listing(names: readonly string[]): Found {
  return text(names.join('\n'))
}

function text(body: string | Uint8Array): Found {
  return { kind: 'document', body, type: TEXT }
}
