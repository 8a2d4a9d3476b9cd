import { roomsOf, type Manifest, type Room } from './rooms.ts'
import type { Finding, Rule, Tree } from './tree.ts'

/** Each package is complete: read-me, manifest, doors that exist, and a place in the build. */
export const packages: Rule = (tree) => {
  const paths = new Set(tree.map((file) => file.path))
  const rooms = roomsOf(tree)
  return folders(tree).flatMap((folder) => {
    const room = [...rooms.values()].find((each) => each.folder === folder)
    const path = `${folder}/package.json`
    if (room === undefined) return [{ path, line: 0, what: 'is missing' }]
    const wrong = [
      ...(paths.has(`${folder}/README.md`) ? [] : ['the package has no README.md']),
      ...wrongFields(room),
      ...wrongDoors(room, paths),
      ...wrongReferences(room, rooms, tree),
    ]
    return wrong.map((what): Finding => ({ path, line: 0, what }))
  })
}

function folders(tree: Tree): readonly string[] {
  return [...new Set(tree.flatMap((file) => /^packages\/[^/]+/.exec(file.path)?.[0] ?? []))]
}

const EXPECTED: Readonly<Partial<Record<keyof Manifest, unknown>>> = {
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  engines: { node: '>=22.18' },
  files: ['dist', 'src', '!dist/tsc.tsbuildinfo'],
}

function wrongFields({ folder, name, manifest }: Room): readonly string[] {
  const short = folder.replace('packages/', '')
  const wrong = Object.entries(EXPECTED)
    .filter(([field, value]) => JSON.stringify(manifest[field as keyof Manifest]) !== JSON.stringify(value))
    .map(([field, value]) => `${field} must be ${JSON.stringify(value)}`)
  if (name !== (short === 'novakit' ? 'novakit' : `@novakit/${short}`)) wrong.push(`its name is ${name}`)
  if (!/^\d+\.\d+\.\d+/.test(manifest.version ?? '')) wrong.push('it has no version')
  if ((manifest.description ?? '').length < 10) wrong.push('it has no description')
  return wrong
}

/** A door has three faces: the source, and what the build makes of it, under the same name. */
function wrongDoors({ folder, manifest, doors }: Room, paths: ReadonlySet<string>): readonly string[] {
  const wrong = doors.has('.') ? [] : ['it has no door `.`']
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') {
      if (!paths.has(`${folder}/${target.slice(2)}`)) wrong.push(`${subpath} leads to ${target}, which is missing`)
      continue
    }
    const source = target['novakit-source'] ?? ''
    const built = source.replace('./src/', './dist/').replace(/\.ts$/, '')
    if (!paths.has(`${folder}/${source.slice(2)}`)) wrong.push(`${subpath} leads to ${source}, which is missing`)
    const keys = Object.keys(target).join()
    if (keys !== 'novakit-source,types,default') wrong.push(`${subpath} has ${keys}: want novakit-source,types,default`)
    if (target['types'] !== `${built}.d.ts` || target['default'] !== `${built}.js`)
      wrong.push(`${subpath} must lead to ${built}.d.ts and ${built}.js`)
  }
  for (const target of Object.values(manifest.bin ?? {}))
    if (!paths.has(`${folder}/${target.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`))
      wrong.push(`its program ${target} has no source`)
  return wrong
}

/** `tsc -b` builds what a package depends on before the package. */
function wrongReferences(room: Room, rooms: ReadonlyMap<string, Room>, tree: Tree): readonly string[] {
  const references = (path: string, prefix: string): readonly string[] => {
    const text = tree.find((file) => file.path === path)?.text
    const config = JSON.parse(text ?? '{}') as { references?: readonly { path: string }[] }
    return (config.references ?? []).map((each) => each.path.replace(prefix, 'packages/'))
  }
  const wanted = Object.keys(room.manifest.dependencies ?? {}).flatMap((name) => rooms.get(name)?.folder ?? [])
  const own = references(`${room.folder}/tsconfig.json`, '../')
  const wrong = wanted
    .filter((folder) => !own.includes(folder))
    .map((folder) => `tsconfig.json does not refer to ${folder}`)
  for (const config of ['tsconfig.json', 'tsconfig.test.json'])
    if (!references(config, './packages/').includes(room.folder))
      wrong.push(`${config} at the root does not refer to it`)
  return wrong
}
