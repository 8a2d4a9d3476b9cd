import { readFileSync } from 'node:fs'
import path from 'node:path'
import { defineConfig } from 'tsup'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly 'novakit-source': string }>>
  readonly bin?: Readonly<Record<string, string>>
}

/** The sources of a package's doors and programs, as its package.json names them. */
function entries(manifest: Manifest): string[] {
  const doors = Object.values(manifest.exports).flatMap((door) =>
    typeof door === 'string' ? [] : [door['novakit-source']],
  )
  const programs = Object.values(manifest.bin ?? {}).map((program) =>
    program.replace('./dist/', './src/').replace(/\.js$/, '.ts'),
  )
  // A program finds its verbs by listing the folder beside it.
  const verbs = programs.map((program) => path.posix.join(path.posix.dirname(program), 'commands/*.ts'))
  return [...doors, ...programs, ...verbs]
}

/**
 * JavaScript only: `tsc -b` writes the declarations beside it afterwards. tsup leaves dependencies and peers outside of
 * the bundle; `clean` also removes tsc's build info, so that the declarations it removed are written again.
 */
export default defineConfig({
  entry: entries(JSON.parse(readFileSync('package.json', 'utf8')) as Manifest),
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  dts: false,
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
})
